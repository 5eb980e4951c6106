//! How deeply a TOML text nests what it says.
//!
//! The parser bounds the parts of one key and the brackets around one value, at eighty each, but
//! not both together: what comes of eighty keys of eighty parts, each inside of the one before,
//! overflows the stack where it is walked or dropped.

use toml_parser::Source;
use toml_parser::lexer::TokenKind;

/// More than any file of Fermata's needs.
const MOST_LEVELS: usize = 16;

/// Where a text nests more deeply than any policy or settings file has a reason to: the number
/// of the byte. `None` if it does so nowhere.
///
/// Whether it is TOML at all is not said.
pub fn too_deep(text: &str) -> Option<usize> {
    let mut open: Vec<Open> = Vec::new();
    let mut dots = 0;
    for token in Source::new(text).lex() {
        match token.kind() {
            TokenKind::Dot => dots += 1,
            TokenKind::LeftSquareBracket | TokenKind::LeftCurlyBracket => {
                open.push(Open {
                    with: token.kind(),
                    levels: dots + 1,
                });
                dots = 0;
            }
            TokenKind::RightSquareBracket => close(&mut open, TokenKind::LeftSquareBracket),
            TokenKind::RightCurlyBracket => close(&mut open, TokenKind::LeftCurlyBracket),
            TokenKind::Comma | TokenKind::Newline => dots = 0,
            TokenKind::Equals
            | TokenKind::Whitespace
            | TokenKind::Comment
            | TokenKind::LiteralString
            | TokenKind::BasicString
            | TokenKind::MlLiteralString
            | TokenKind::MlBasicString
            | TokenKind::Atom
            | TokenKind::Eof => {}
        }
        let levels = open.iter().map(|open| open.levels).sum::<usize>() + dots;
        if levels > MOST_LEVELS {
            return Some(token.span().start());
        }
    }
    None
}

/// A bracket that is open, and the key before it.
struct Open {
    with: TokenKind,
    levels: usize,
}

/// One that closes nothing is passed over: the parser does not stop at it either.
fn close(open: &mut Vec<Open>, with: TokenKind) {
    open.pop_if(|open| open.with == with);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_policy_may_say_is_not_too_deep() {
        let text = "[enforced]\nvendor_settings = { api_version = \"v3\" }\n\
                    reminders_seconds = [\n  30, 60,\n]\n\
                    proxy = \"http://a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r.s.t\"\n";
        assert_eq!(too_deep(&text.repeat(100)), None);
    }

    #[test]
    fn brackets_and_dots_count_together() {
        let nested = |levels: usize| format!("x = 1\n{}\n", "a.b = { ".repeat(levels));
        assert_eq!(too_deep(&nested(8)), None);
        let first_too_many = nested(8).trim_end().len() + " a".len();
        assert_eq!(too_deep(&nested(9)), Some(first_too_many));
    }

    #[test]
    fn a_bracket_of_the_other_kind_closes_nothing() {
        assert!(too_deep(&"a = { ] ".repeat(100)).is_some());
        assert_eq!(too_deep(&"a = { b = [] }\n".repeat(100)), None);
    }
}
