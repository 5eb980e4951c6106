use std::sync::Arc;

use cosmic_text::{
    Attrs, Buffer, CacheKeyFlags, Family, FeatureTag, Font, FontFeatures, FontSystem, Metrics,
    Shaping, SwashCache, SwashContent, Weight, Wrap, fontdb,
};
use tiny_skia::{Pixmap, PremultipliedColorU8};

use crate::palette::Rgb;

/// The one font that the program carries (`fonts/README.md`): it looks the same on every desk.
const OWN_FONT: &[u8] = include_bytes!("../fonts/FermataSans.ttf");
const OWN_FAMILY: &str = "Fermata Sans";

/// How a text is set. Lengths are in pixels.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hand {
    pub(crate) size: f32,
    pub(crate) line_height: f32,
    pub(crate) weight: u16,
    /// Extra room between letters, as a share of the size.
    pub(crate) spacing: f32,
}

/// A text that has been set: it has a size and can be painted.
pub(crate) struct Block {
    buffer: Buffer,
    pub(crate) width: f32,
    pub(crate) height: f32,
    lines: usize,
    /// Whether it did not fit and ends in an ellipsis.
    pub(crate) cut: bool,
}

/// Sets and paints text.
pub(crate) struct Lettering {
    fonts: FontSystem,
    glyphs: SwashCache,
    own: Arc<Font>,
    system_fonts_loaded: bool,
}

impl Lettering {
    pub(crate) fn new() -> Self {
        let mut database = fontdb::Database::new();
        database.load_font_data(OWN_FONT.to_vec());
        let id = database
            .faces()
            .next()
            .expect("the font we carry is readable")
            .id;
        let locale = "en-US".to_owned();
        let mut fonts = FontSystem::new_with_locale_and_db(locale, database);
        let own = fonts
            .get_font(id, fontdb::Weight::NORMAL)
            .expect("it is in the database");
        Self {
            fonts,
            glyphs: SwashCache::new(),
            own,
            system_fonts_loaded: false,
        }
    }

    /// Sets a text into at most `lines` lines of at most `width` pixels.
    ///
    /// Lines are made about equally long. What does not fit gives way to an ellipsis.
    pub(crate) fn set(&mut self, text: &str, hand: Hand, width: f32, lines: usize) -> Block {
        // Whoever wrote the words may have meant a line break; here the width decides. A space that
        // does not break keeps "DO NOT" together.
        let breaks = |letter: char| letter.is_whitespace() && letter != '\u{a0}';
        let words = text.split(breaks).filter(|word| !word.is_empty());
        let text = words.collect::<Vec<_>>().join(" ");
        self.load_system_fonts_for(&text);
        let block = self.balanced(&text, hand, width);
        if block.lines <= lines {
            return block;
        }
        // cosmic-text can do this too, but begins the last of several lines with a space (0.19).
        let ends: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
        let mut cut = |letters: usize| {
            let kept = text[..ends[letters]].trim_end();
            let block = self.wrapped(&format!("{kept}…"), hand, width);
            Block { cut: true, ..block }
        };
        let (mut fits, mut too_many) = (0, ends.len() - 1);
        while too_many - fits > 1 {
            let middle = fits.midpoint(too_many);
            if cut(middle).lines <= lines {
                fits = middle
            } else {
                too_many = middle
            }
        }
        cut(fits)
    }

    /// Sets a text into as few lines as the width allows, and these no longer than they have to be.
    fn balanced(&mut self, text: &str, hand: Hand, width: f32) -> Block {
        let mut block = self.wrapped(text, hand, f32::INFINITY);
        let natural = block.width;
        if natural <= width {
            return block;
        }
        self.wrap(&mut block, width);
        let lines = block.lines;
        for tenths in 10..20 {
            let narrower = (natural / lines as f32 * tenths as f32 / 10.0).ceil();
            if narrower >= width {
                break;
            }
            // Only between words: a narrower line is no reason to break one.
            block.buffer.set_wrap(Wrap::Word);
            self.wrap(&mut block, narrower);
            if block.lines == lines && block.width <= narrower {
                return block;
            }
        }
        block.buffer.set_wrap(Wrap::WordOrGlyph);
        self.wrap(&mut block, width);
        block
    }

    fn wrapped(&mut self, text: &str, hand: Hand, width: f32) -> Block {
        let mut features = FontFeatures::new();
        // Digits of one width, so that a running time does not jitter.
        features.enable(FeatureTag::new(b"tnum"));
        let attrs = Attrs::new()
            .family(Family::Name(OWN_FAMILY))
            .weight(Weight(hand.weight))
            .letter_spacing(hand.spacing)
            .font_features(features)
            .cache_key_flags(CacheKeyFlags::DISABLE_HINTING);
        let mut buffer = Buffer::new(&mut self.fonts, Metrics::new(hand.size, hand.line_height));
        buffer.set_wrap(Wrap::WordOrGlyph);
        buffer.set_text(text, &attrs, Shaping::Advanced, None);
        let mut block = Block {
            buffer,
            width: 0.0,
            height: 0.0,
            lines: 0,
            cut: false,
        };
        self.wrap(&mut block, f32::INFINITY);
        // A snug width, for scripts that run from right to left begin at its right edge.
        let width = width.min(block.width);
        self.wrap(&mut block, width);
        block
    }

    /// Breaks a text anew, at another width.
    fn wrap(&mut self, block: &mut Block, width: f32) {
        block
            .buffer
            .set_size(width.is_finite().then_some(width), None);
        block.buffer.shape_until_scroll(&mut self.fonts, false);
        let runs = || block.buffer.layout_runs();
        block.width = runs().map(|run| run.line_w).fold(0.0, f32::max).ceil();
        block.lines = runs().count();
        block.height = block.lines as f32 * block.buffer.metrics().line_height;
    }

    /// Paints a text with its upper left corner at a place, which is in whole pixels to be crisp.
    pub(crate) fn paint(&mut self, block: &Block, x: i32, y: i32, color: Rgb, pixmap: &mut Pixmap) {
        let (across, down) = (pixmap.width() as i32, pixmap.height() as i32);
        for run in block.buffer.layout_runs() {
            for glyph in run.glyphs {
                let glyph = glyph.physical((x as f32, y as f32 + run.line_y), 1.0);
                let Some(image) = self.glyphs.get_image(&mut self.fonts, glyph.cache_key) else {
                    continue;
                };
                let (left, top) = (
                    glyph.x + image.placement.left,
                    glyph.y - image.placement.top,
                );
                let columns = image.placement.width as usize;
                let bytes_per_pixel = match image.content {
                    SwashContent::Mask => 1,
                    SwashContent::Color | SwashContent::SubpixelMask => 4,
                };
                for (index, dot) in image.data.chunks_exact(bytes_per_pixel).enumerate() {
                    let (px, py) = (
                        left + (index % columns) as i32,
                        top + (index / columns) as i32,
                    );
                    if (0..across).contains(&px) && (0..down).contains(&py) {
                        let pixel = &mut pixmap.pixels_mut()[(py * across + px) as usize];
                        *pixel = match dot {
                            [red, green, blue, alpha] => {
                                over(*pixel, [*red, *green, *blue], *alpha)
                            }
                            [alpha] => over(*pixel, [color.0, color.1, color.2], *alpha),
                            _ => *pixel,
                        };
                    }
                }
            }
        }
    }

    /// Looking for the system's fonts takes up to a second, so it waits for a script that needs it.
    fn load_system_fonts_for(&mut self, text: &str) {
        let letters = self.own.as_swash().charmap();
        let lacks = |letter: char| letters.map(letter) == 0;
        if !self.system_fonts_loaded && text.chars().any(lacks) {
            self.fonts.db_mut().load_system_fonts();
            self.system_fonts_loaded = true;
        }
    }
}

/// Lays a color over a pixel.
fn over(beneath: PremultipliedColorU8, color: [u8; 3], alpha: u8) -> PremultipliedColorU8 {
    let scaled = |value: u8, by: u8| ((u32::from(value) * u32::from(by) + 127) / 255) as u8;
    let blend = |new: u8, old: u8| scaled(new, alpha).saturating_add(scaled(old, 255 - alpha));
    let opacity = blend(255, beneath.alpha());
    PremultipliedColorU8::from_rgba(
        blend(color[0], beneath.red()).min(opacity),
        blend(color[1], beneath.green()).min(opacity),
        blend(color[2], beneath.blue()).min(opacity),
        opacity,
    )
    .expect("no color is above its opacity")
}

#[cfg(test)]
mod tests {
    use super::*;

    const HAND: Hand = Hand {
        size: 14.0,
        line_height: 18.0,
        weight: 600,
        spacing: 0.0,
    };

    #[test]
    fn a_text_that_fits_is_set_in_one_line() {
        let block = Lettering::new().set("Recording paused", HAND, 400.0, 2);
        assert!(!block.cut);
        assert_eq!(block.height, 18.0);
    }

    #[test]
    fn a_text_that_is_too_long_for_one_line_takes_a_second_one() {
        let block = Lettering::new().set("Recording paused, and more words", HAND, 140.0, 2);
        assert!(!block.cut);
        assert_eq!(block.height, 36.0);
        assert!(block.width <= 140.0);
    }

    #[test]
    fn a_text_that_is_too_long_for_its_lines_ends_in_an_ellipsis() {
        let mut lettering = Lettering::new();
        for lines in 1..=3 {
            let block = lettering.set(&"Recording ".repeat(40), HAND, 140.0, lines);
            assert!(block.cut);
            assert_eq!(block.height, lines as f32 * 18.0);
            assert!(block.width <= 140.0, "{} in {lines} lines", block.width);
            let ellipsis = lettering.set("…", HAND, 140.0, 1);
            let last_glyph = |block: &Block| {
                let run = block.buffer.layout_runs().last().expect("a line");
                run.glyphs.last().expect("a glyph").glyph_id
            };
            assert_eq!(last_glyph(&block), last_glyph(&ellipsis));
        }
    }

    #[test]
    fn two_lines_are_about_equally_long_and_no_word_is_broken_for_it() {
        let text = "Extraordinarilylongword and more";
        let mut lettering = Lettering::new();
        let longest = lettering
            .set("Extraordinarilylongword", HAND, 400.0, 1)
            .width;
        let block = lettering.set(text, HAND, 220.0, 2);
        assert_eq!((block.lines, block.width), (2, longest));
    }

    #[test]
    fn a_space_that_does_not_break_keeps_two_words_in_one_line() {
        let mut lettering = Lettering::new();
        let width = lettering.set("Recording: DO", HAND, 400.0, 1).width + 1.0;
        let joined = lettering.wrapped("Recording: DO\u{a0}NOT take", HAND, width);
        let apart = lettering.wrapped("Recording: DO NOT take", HAND, width);
        let first_line = |block: &Block| {
            let run = block.buffer.layout_runs().next().expect("a line");
            run.glyphs.len()
        };
        assert!(first_line(&joined) < first_line(&apart));
    }

    #[test]
    fn a_word_that_is_wider_than_the_line_is_not_lost() {
        let block = Lettering::new().set(&"W".repeat(200), HAND, 140.0, 2);
        assert!(block.cut);
        assert!(block.width <= 140.0);
    }

    #[test]
    fn every_digit_is_as_wide_as_the_next() {
        let mut lettering = Lettering::new();
        let mut width = |text: &str| lettering.set(text, HAND, 400.0, 1).width;
        assert_eq!(width("11:11"), width("48:06"));
    }

    #[test]
    fn a_heavier_hand_is_wider() {
        let mut lettering = Lettering::new();
        let light = lettering
            .set(
                "RECORDING",
                Hand {
                    weight: 400,
                    ..HAND
                },
                400.0,
                1,
            )
            .width;
        let heavy = lettering
            .set(
                "RECORDING",
                Hand {
                    weight: 700,
                    ..HAND
                },
                400.0,
                1,
            )
            .width;
        assert!(heavy > light, "{heavy} is not wider than {light}");
    }

    #[test]
    fn latin_greek_and_cyrillic_need_no_font_of_the_system() {
        let mut lettering = Lettering::new();
        lettering.set(
            "Größe naïve žluťoučký Ελληνικά Українська “—” … €",
            HAND,
            400.0,
            1,
        );
        assert!(!lettering.system_fonts_loaded);
        lettering.set("通話", HAND, 400.0, 1);
        assert!(lettering.system_fonts_loaded);
    }
}
