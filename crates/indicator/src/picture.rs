use tiny_skia::{IntSize, Pixmap};

/// Pixels, and what can be pressed.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// Four bytes a pixel (red, green, blue, alpha), row by row from the top; colors are
    /// premultiplied by alpha.
    pub pixels: Vec<u8>,
    /// Where the buttons are. A window passes every other click on, but for those in `drag`.
    pub areas: Vec<Area>,
    /// Where the window can be taken hold of.
    pub drag: Option<Rectangle>,
}

/// Where a button is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Area {
    /// The id of the button.
    pub button: &'static str,
    /// Its place.
    pub place: Rectangle,
}

/// A rectangle in pixels, from the upper left corner of the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rectangle {
    /// The left edge.
    pub x: u32,
    /// The upper edge.
    pub y: u32,
    /// How wide.
    pub width: u32,
    /// How high.
    pub height: u32,
}

impl Rectangle {
    /// Whether a pixel lies in it.
    pub fn contains(&self, x: u32, y: u32) -> bool {
        (self.x..self.x + self.width).contains(&x) && (self.y..self.y + self.height).contains(&y)
    }
}

impl Picture {
    pub(crate) fn from_pixmap(pixmap: Pixmap) -> Self {
        Self {
            width: pixmap.width(),
            height: pixmap.height(),
            pixels: pixmap.take(),
            areas: Vec::new(),
            drag: None,
        }
    }

    /// The pixels with colors that are not premultiplied, as trays and image files want them.
    pub fn straight(&self) -> Vec<u8> {
        self.to_pixmap().take_demultiplied()
    }

    /// The picture as a PNG file.
    pub fn png(&self) -> Vec<u8> {
        self.to_pixmap()
            .encode_png()
            .expect("a whole picture can be encoded in memory")
    }

    fn to_pixmap(&self) -> Pixmap {
        IntSize::from_wh(self.width, self.height)
            .and_then(|size| Pixmap::from_vec(self.pixels.clone(), size))
            .expect("a picture has as many pixels as its size says")
    }
}
