//! A picture of the screen.

use std::io::BufWriter;
use std::path::Path;

use anyhow::{Context, Result};

use super::Rectangle;

/// What the screen showed at one moment.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// Three bytes a pixel, row by row.
    rgb: Vec<u8>,
}

impl std::fmt::Debug for Picture {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Picture({} x {})", self.width, self.height)
    }
}

impl Picture {
    /// Takes over what an X server with 32 bits a pixel sends: blue, green, red, nothing.
    pub(super) fn from_bgrx(width: u32, height: u32, bgrx: &[u8]) -> Self {
        let rgb = bgrx
            .chunks_exact(4)
            .flat_map(|pixel| [pixel[2], pixel[1], pixel[0]])
            .collect();
        Self { width, height, rgb }
    }

    /// Reads a PNG of eight bits a sample, with or without transparency; the latter is dropped.
    ///
    /// # Errors
    /// It is not such a file.
    pub fn read(path: &Path) -> Result<Self> {
        let file = std::fs::File::open(path).with_context(|| format!("no picture at {path:?}"))?;
        let mut reader = png::Decoder::new(std::io::BufReader::new(file)).read_info()?;
        let mut bytes = vec![
            0;
            reader
                .output_buffer_size()
                .context("the picture is too large")?
        ];
        let info = reader.next_frame(&mut bytes)?;
        anyhow::ensure!(
            info.bit_depth == png::BitDepth::Eight,
            "not eight bits a sample: {path:?}"
        );
        let samples = info.color_type.samples();
        anyhow::ensure!(samples >= 3, "not in color: {path:?}");
        let rgb = bytes[..info.buffer_size()]
            .chunks_exact(samples)
            .flat_map(|pixel| [pixel[0], pixel[1], pixel[2]])
            .collect();
        Ok(Self {
            width: info.width,
            height: info.height,
            rgb,
        })
    }

    /// The color at a point, as red, green, blue; `None` outside of the picture.
    pub fn pixel(&self, x: u32, y: u32) -> Option<[u8; 3]> {
        if x >= self.width || y >= self.height {
            return None;
        }
        let at = (y as usize * self.width as usize + x as usize) * 3;
        Some([self.rgb[at], self.rgb[at + 1], self.rgb[at + 2]])
    }

    /// How many pixels within an area have a color for which `wanted` holds.
    pub fn count(&self, area: Rectangle, wanted: impl Fn([u8; 3]) -> bool) -> usize {
        let rows = area.y.max(0)..area.y + area.height.cast_signed();
        rows.flat_map(|y| (area.x.max(0)..area.x + area.width.cast_signed()).map(move |x| (x, y)))
            .filter_map(|(x, y)| self.pixel(x.cast_unsigned(), y.cast_unsigned()))
            .filter(|color| wanted(*color))
            .count()
    }

    /// Cuts an area out; what lies outside of the picture is left out.
    #[must_use]
    pub fn cut(&self, area: Rectangle) -> Self {
        let left = area.x.max(0).cast_unsigned().min(self.width);
        let top = area.y.max(0).cast_unsigned().min(self.height);
        let width = area.width.min(self.width - left);
        let height = area.height.min(self.height - top);
        let rgb = (top..top + height)
            .flat_map(|y| {
                let from = (y as usize * self.width as usize + left as usize) * 3;
                self.rgb[from..from + width as usize * 3].iter().copied()
            })
            .collect();
        Self { width, height, rgb }
    }

    /// Writes a PNG; missing folders are made.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn save(&self, path: &Path) -> Result<()> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let file = std::fs::File::create(path).with_context(|| format!("cannot write {path:?}"))?;
        let mut encoder = png::Encoder::new(BufWriter::new(file), self.width, self.height);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.write_header()?.write_image_data(&self.rgb)?;
        Ok(())
    }
}
