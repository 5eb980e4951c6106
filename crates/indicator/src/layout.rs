use crate::claim::{elapsed_text, shortened};
use crate::lettering::{Block, Hand, Lettering};
use crate::{Claim, Face, Rectangle, Style};

/// Everything that will be drawn, in its place.
pub(crate) struct Layout {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) scale: f32,
    /// How round the corners are; a band across the screen has none.
    pub(crate) radius: f32,
    pub(crate) simulation: Option<(Rectangle, Placed)>,
    /// The dots that say where to take hold.
    pub(crate) grip: Rectangle,
    pub(crate) sign: Rectangle,
    pub(crate) headline: Placed,
    pub(crate) line: Option<Placed>,
    pub(crate) lamps: Vec<(Face, Rectangle, Placed)>,
    pub(crate) elapsed: Option<Placed>,
    pub(crate) call: Option<Placed>,
    pub(crate) buttons: Vec<(&'static str, Rectangle, Placed)>,
}

/// A text in its place.
pub(crate) struct Placed {
    pub(crate) block: Block,
    pub(crate) place: Rectangle,
}

/// The lengths of a form of the indicator, in points.
struct Measures {
    least_width: f32,
    greatest_width: f32,
    least_height: f32,
    padding: f32,
    sign: f32,
    headline: Hand,
    line: Hand,
    /// Where the line beneath is broken rather than widening the bar.
    line_width: f32,
    elapsed: Hand,
    button_height: f32,
    button: Hand,
}

const BAR: Measures = Measures {
    least_width: 460.0,
    greatest_width: 820.0,
    least_height: 64.0,
    padding: 12.0,
    sign: 40.0,
    headline: Hand {
        size: 18.0,
        line_height: 22.0,
        weight: 700,
        spacing: 0.01,
    },
    line: Hand {
        size: 13.0,
        line_height: 17.0,
        weight: 450,
        spacing: 0.0,
    },
    line_width: 400.0,
    elapsed: Hand {
        size: 22.0,
        line_height: 25.0,
        weight: 600,
        spacing: 0.0,
    },
    button_height: 36.0,
    button: Hand {
        size: 14.0,
        line_height: 18.0,
        weight: 600,
        spacing: 0.0,
    },
};

/// A failure cannot be overlooked.
const BAND: Measures = Measures {
    least_width: 760.0,
    greatest_width: 1240.0,
    least_height: 116.0,
    padding: 18.0,
    sign: 72.0,
    headline: Hand {
        size: 30.0,
        line_height: 37.0,
        weight: 700,
        spacing: 0.0,
    },
    line: Hand {
        size: 17.0,
        line_height: 23.0,
        weight: 450,
        spacing: 0.0,
    },
    line_width: 640.0,
    elapsed: Hand {
        size: 30.0,
        line_height: 34.0,
        weight: 600,
        spacing: 0.0,
    },
    button_height: 44.0,
    button: Hand {
        size: 16.0,
        line_height: 20.0,
        weight: 600,
        spacing: 0.0,
    },
};

const SMALL: Hand = Hand {
    size: 12.0,
    line_height: 15.0,
    weight: 450,
    spacing: 0.0,
};
const SIMULATION: Hand = Hand {
    size: 11.0,
    line_height: 14.0,
    weight: 700,
    spacing: 0.16,
};
const SIMULATION_HEIGHT: f32 = 18.0;
const GRIP: f32 = 10.0;
const GAP: f32 = 16.0;
const LINE_GAP: f32 = 1.0;
const LAMP: f32 = 15.0;
const LAMP_GAP: f32 = 5.0;
const BUTTON_GAP: f32 = 8.0;
const BUTTON_PADDING: f32 = 16.0;
const LEAST_BUTTON: f32 = 84.0;
const GREATEST_LABEL: f32 = 220.0;
const GREATEST_CALL: f32 = 180.0;
/// However narrow the screen, this much is left for words.
const LEAST_TEXT: f32 = 120.0;
const LINES: usize = 4;
/// How a headline is tried, one after the other: at which share of its size, in how many lines.
/// A little smaller is better than broken, and a lot smaller is better than cut.
const HEADLINES: [(f32, usize); 5] = [(1.0, 1), (0.85, 1), (1.0, 3), (0.85, 3), (0.72, 3)];
const RADIUS: f32 = 14.0;

/// Finds a place for everything. The bar grows with its words; past its greatest width they wrap,
/// and only a text of an unreasonable length ends in an ellipsis.
pub(crate) fn arrange(claim: &Claim, style: Style, lettering: &mut Lettering) -> Layout {
    let band = claim.face == Face::Failed;
    let ruler = Ruler {
        scale: if style.scale.is_nan() {
            1.0
        } else {
            style.scale.clamp(0.75, 4.0)
        },
        measures: if band { BAND } else { BAR },
    };
    let px = |points: f32| ruler.px(points);
    let measures = &ruler.measures;
    let screen = style
        .screen_width
        .map_or(f32::INFINITY, |width| width as f32);
    let words = Words::set(claim, &ruler, screen, lettering);

    let content = words.before + words.width + words.behind;
    let content = content.max(px(measures.least_width).min(screen));
    let width = if band && screen.is_finite() {
        content.max(screen)
    } else {
        content
    };
    let strip = if claim.simulation {
        px(SIMULATION_HEIGHT)
    } else {
        0.0
    };
    let body = (words.height + 2.0 * px(10.0)).max(px(measures.least_height));
    let middle = strip + body / 2.0;

    // From left to right. A band is wider than its content, which stays together in the middle.
    let left = ((width - content) / 2.0).round();
    let grip_x = left + px(measures.padding) * 0.75;
    let grip = rectangle(grip_x, middle - px(11.0), px(GRIP), px(22.0));
    let sign_x = grip_x + px(GRIP) + px(measures.padding) * 0.5;
    let side = px(measures.sign);
    let sign = rectangle(sign_x, middle - side / 2.0, side, side);

    let text_x = left + words.before;
    let mut y = middle - words.height / 2.0;
    let headline = placed(words.headline, text_x, y);
    y += headline.block.height;
    let line = words
        .line
        .map(|line| placed(line, text_x, y + px(LINE_GAP)));
    if let Some(line) = &line {
        y += px(LINE_GAP) + line.block.height;
    }
    y += px(LAMP_GAP);
    let mut x = text_x;
    let mut lamps = Vec::new();
    for (face, label) in words.lamps {
        let lamp = rectangle(x, y, px(LAMP), px(LAMP));
        let label_x = x + px(LAMP) + px(LAMP_GAP);
        x = label_x + label.width + px(LAMP);
        lamps.push((face, lamp, placed(label, label_x, y)));
    }

    // And from right to left.
    let mut right = left + content - px(measures.padding) - px(2.0);
    let mut buttons = Vec::new();
    for (id, label) in words.buttons.into_iter().rev() {
        let (wide, high) = (ruler.button_width(&label), px(measures.button_height));
        let place = rectangle(right - wide, middle - high / 2.0, wide, high);
        let label_x = right - (wide + label.width) / 2.0;
        let label_y = middle - label.height / 2.0;
        buttons.insert(0, (id, place, placed(label, label_x, label_y)));
        right -= wide + px(BUTTON_GAP);
    }
    if !buttons.is_empty() {
        right -= px(BUTTON_GAP);
    }
    let aside_height = height(&words.elapsed) + height(&words.call);
    let elapsed_y = middle - aside_height / 2.0;
    let call_y = elapsed_y + height(&words.elapsed);
    let flush_right = |block: Block, y: f32| {
        let x = right - block.width;
        placed(block, x, y)
    };
    let elapsed = words.elapsed.map(|block| flush_right(block, elapsed_y));
    let call = words.call.map(|block| flush_right(block, call_y));

    let simulation = claim.simulation.then(|| {
        let word = lettering.set("SIMULATION", ruler.hand(SIMULATION), width, 1);
        let (x, y) = ((width - word.width) / 2.0, (strip - word.height) / 2.0);
        (rectangle(0.0, 0.0, width, strip), placed(word, x, y))
    });
    Layout {
        width: width as u32,
        height: (strip + body) as u32,
        scale: ruler.scale,
        radius: if width > content { 0.0 } else { px(RADIUS) },
        simulation,
        grip,
        sign,
        headline,
        line,
        lamps,
        elapsed,
        call,
        buttons,
    }
}

/// Turns points into pixels, for one form of the indicator.
struct Ruler {
    scale: f32,
    measures: Measures,
}

impl Ruler {
    fn px(&self, points: f32) -> f32 {
        (points * self.scale).round()
    }

    fn hand(&self, hand: Hand) -> Hand {
        Hand {
            size: hand.size * self.scale,
            line_height: self.px(hand.line_height),
            ..hand
        }
    }

    fn button_width(&self, label: &Block) -> f32 {
        (label.width + 2.0 * self.px(BUTTON_PADDING)).max(self.px(LEAST_BUTTON))
    }
}

/// Every text of a claim, set but not yet in its place.
struct Words {
    headline: Block,
    line: Option<Block>,
    lamps: Vec<(Face, Block)>,
    elapsed: Option<Block>,
    call: Option<Block>,
    buttons: Vec<(&'static str, Block)>,
    /// What the grip and the sign take up to the left of the headline.
    before: f32,
    /// Of the headline, the line and the lamps.
    width: f32,
    height: f32,
    /// What the time, the call and the buttons take up to the right.
    behind: f32,
}

impl Words {
    fn set(claim: &Claim, ruler: &Ruler, screen: f32, lettering: &mut Lettering) -> Self {
        let px = |points: f32| ruler.px(points);
        let measures = &ruler.measures;
        let small = ruler.hand(SMALL);

        // What has a width of its own comes first.
        let elapsed = claim.elapsed.map(|elapsed| {
            let hand = ruler.hand(measures.elapsed);
            lettering.set(&elapsed_text(elapsed), hand, f32::INFINITY, 1)
        });
        let call = claim.call.as_deref().filter(|call| !call.trim().is_empty());
        let call = call.map(|call| lettering.set(&shortened(call), small, px(GREATEST_CALL), 1));
        let mut buttons = Vec::new();
        for button in &claim.buttons {
            let hand = ruler.hand(measures.button);
            let label = lettering.set(&button.label, hand, px(GREATEST_LABEL), 1);
            buttons.push((button.id, label));
        }
        let before = px(GRIP) + px(measures.sign) + 2.0 * px(measures.padding) + px(4.0);
        let mut behind = px(measures.padding) + px(2.0);
        let aside = width(&elapsed).max(width(&call));
        if aside > 0.0 {
            behind += aside + px(GAP);
        }
        for (_, label) in &buttons {
            behind += ruler.button_width(label) + px(BUTTON_GAP);
        }
        if !buttons.is_empty() {
            behind += px(BUTTON_GAP);
        }

        // The others take what is left, and no more than they need.
        let greatest = px(measures.greatest_width).min(screen);
        let room = (greatest - before - behind).max(px(LEAST_TEXT));
        let headline = headline(
            &claim.headline,
            ruler.hand(measures.headline),
            room,
            lettering,
        );
        let line_room = room.min(px(measures.line_width).max(headline.width));
        let line = Some(claim.line.as_str()).filter(|line| !line.trim().is_empty());
        let line =
            line.map(|line| lettering.set(line, ruler.hand(measures.line), line_room, LINES));
        let mut lamps = Vec::new();
        let mut lamps_width = 0.0;
        for lamp in &claim.lamps {
            let label = lettering.set(&lamp.label, small, room / 2.0, 1);
            lamps_width += 2.0 * px(LAMP) + px(LAMP_GAP) + label.width;
            lamps.push((lamp.face, label));
        }
        let mut text_height = headline.height;
        if let Some(line) = &line {
            text_height += px(LINE_GAP) + line.height;
        }
        if !lamps.is_empty() {
            text_height += px(LAMP_GAP) + px(LAMP);
        }
        Self {
            width: headline.width.max(width(&line)).max(lamps_width),
            height: text_height,
            headline,
            line,
            lamps,
            elapsed,
            call,
            buttons,
            before,
            behind,
        }
    }
}

/// Sets the headline as large as it can be shown whole.
fn headline(text: &str, hand: Hand, room: f32, lettering: &mut Lettering) -> Block {
    let mut set = |(share, lines): (f32, usize)| {
        let smaller = Hand {
            size: hand.size * share,
            line_height: (hand.line_height * share).round(),
            ..hand
        };
        lettering.set(text, smaller, room, lines)
    };
    let [first, others @ ..] = HEADLINES;
    let mut block = set(first);
    for attempt in others {
        if block.cut {
            block = set(attempt);
        }
    }
    block
}

fn width(block: &Option<Block>) -> f32 {
    block.as_ref().map_or(0.0, |block| block.width)
}

fn height(block: &Option<Block>) -> f32 {
    block.as_ref().map_or(0.0, |block| block.height)
}

fn placed(block: Block, x: f32, y: f32) -> Placed {
    let place = rectangle(x, y, block.width, block.height);
    Placed { block, place }
}

/// Whole pixels keep edges crisp.
fn rectangle(x: f32, y: f32, width: f32, height: f32) -> Rectangle {
    Rectangle {
        x: x.round() as u32,
        y: y.round() as u32,
        width: width.ceil() as u32,
        height: height.ceil() as u32,
    }
}

#[cfg(test)]
mod tests;
