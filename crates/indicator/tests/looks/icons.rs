//! The files in `icons/` are drawn by this crate.

use indicator::{Face, Picture, app_icon, app_icon_svg, template_icon, tray_icon};

use crate::accepted::{Differences, alike, alike_pixels};

/// Sizes in an ICO file; the program that shows a single one takes the first.
const ICO_SIZES: [u32; 6] = [32, 16, 24, 48, 64, 256];

/// Kinds of entries in an ICNS file, each with its size in pixels.
const ICNS_KINDS: [(&[u8; 4], u32); 6] = [
    (b"ic11", 32),
    (b"ic12", 64),
    (b"ic07", 128),
    (b"ic13", 256),
    (b"ic09", 512),
    (b"ic10", 1024),
];

#[test]
fn every_tray_icon_is_as_it_is_drawn() {
    let mut differences = Differences::default();
    for face in Face::ALL {
        for (suffix, size) in [("", 32), ("@2x", 64)] {
            let file = format!("icons/tray/{}{suffix}.png", face.name());
            differences.check_png(&file, &tray_icon(face, size).png());
            let file = format!("icons/tray/template/{}{suffix}.png", face.name());
            differences.check_png(&file, &template_icon(face, size).png());
        }
    }
    differences.report();
}

#[test]
fn every_icon_of_the_program_is_as_it_is_drawn() {
    let mut differences = Differences::default();
    for (file, size) in [
        ("32x32.png", 32),
        ("128x128.png", 128),
        ("128x128@2x.png", 256),
        ("icon.png", 512),
    ] {
        differences.check_png(&format!("icons/{file}"), &app_icon(size).png());
    }
    let svg = app_icon_svg();
    differences.check("icons/fermata.svg", svg.as_bytes(), |old, new| old == new);
    differences.check("icons/icon.ico", &ico(), alike_icos);
    differences.check("icons/icon.icns", &icns(), alike_icns);
    differences.report();
}

#[test]
fn an_icon_is_as_large_as_it_was_asked_for() {
    for size in [16, 22, 24, 32, 48, 64] {
        for face in Face::ALL {
            let icon = tray_icon(face, size);
            assert_eq!((icon.width, icon.height), (size, size));
            assert!(icon.areas.is_empty() && icon.drag.is_none());
            assert_eq!(icon.straight().len(), icon.pixels.len());
        }
    }
}

#[test]
fn templates_differ_by_what_they_cover_alone() {
    // H1
    let covered = |face| -> Vec<bool> {
        let pixels = template_icon(face, 64).pixels;
        assert!(pixels.chunks_exact(4).all(|pixel| pixel[..3] == [0; 3]));
        pixels.chunks_exact(4).map(|pixel| pixel[3] > 127).collect()
    };
    for (number, one) in Face::ALL.into_iter().enumerate() {
        for other in &Face::ALL[number + 1..] {
            let pairs = covered(one).into_iter().zip(covered(*other));
            let different = pairs.filter(|(one, other)| one != other).count();
            assert!(different > 64 * 64 / 12, "{one:?}, {other:?}: {different}");
        }
    }
}

/// Writes a Windows icon: a list of entries, then a bitmap for each.
fn ico() -> Vec<u8> {
    let images: Vec<(u32, Vec<u8>)> = ICO_SIZES
        .into_iter()
        .map(|size| {
            let icon = app_icon(size);
            // Only an image of 256 pixels may be compressed; not every reader knows more.
            (
                size,
                if size == 256 {
                    icon.png()
                } else {
                    bitmap(&icon)
                },
            )
        })
        .collect();
    let mut file = vec![0, 0, 1, 0, images.len() as u8, 0];
    let mut offset = 6 + 16 * images.len();
    for (size, image) in &images {
        // A side of 256 is written as 0.
        file.extend([*size as u8, *size as u8, 0, 0, 1, 0, 32, 0]);
        file.extend((image.len() as u32).to_le_bytes());
        file.extend((offset as u32).to_le_bytes());
        offset += image.len();
    }
    images.iter().for_each(|(_, image)| file.extend(image));
    file
}

/// Writes a bitmap as icons hold it: twice as high for its mask, from the bottom row up.
fn bitmap(icon: &Picture) -> Vec<u8> {
    let mut file = Vec::new();
    file.extend(40_u32.to_le_bytes());
    file.extend(icon.width.to_le_bytes());
    file.extend((icon.height * 2).to_le_bytes());
    file.extend([1, 0, 32, 0]);
    file.extend([0; 24]);
    for row in icon.straight().chunks_exact(icon.width as usize * 4).rev() {
        for pixel in row.chunks_exact(4) {
            file.extend([pixel[2], pixel[1], pixel[0], pixel[3]]);
        }
    }
    // The mask has one bit a pixel in rows of whole words; the alpha channel says it all.
    let row = icon.width.div_ceil(32) as usize * 4;
    file.extend(vec![0; row * icon.height as usize]);
    file
}

/// Writes a macOS icon: entries of a kind, a length and a PNG file.
fn icns() -> Vec<u8> {
    let mut entries = Vec::new();
    for (kind, size) in ICNS_KINDS {
        let png = app_icon(size).png();
        entries.extend(kind);
        entries.extend((png.len() as u32 + 8).to_be_bytes());
        entries.extend(png);
    }
    let mut file = b"icns".to_vec();
    file.extend((entries.len() as u32 + 8).to_be_bytes());
    file.extend(entries);
    file
}

fn alike_icos(one: &[u8], other: &[u8]) -> bool {
    let images = |file: &[u8]| -> Option<Vec<Vec<u8>>> {
        let entries = file.get(6..)?.chunks_exact(16).take(ICO_SIZES.len());
        entries
            .map(|entry| {
                let number =
                    |at: usize| Some(u32::from_le_bytes(entry.get(at..at + 4)?.try_into().ok()?));
                let (length, offset) = (number(8)? as usize, number(12)? as usize);
                Some(file.get(offset..offset.checked_add(length)?)?.to_vec())
            })
            .collect()
    };
    let (Some(one), Some(other)) = (images(one), images(other)) else {
        return false;
    };
    one.len() == other.len()
        && one
            .iter()
            .zip(&other)
            .all(|(a, b)| alike(a, b) || alike_pixels(a, b))
}

fn alike_icns(one: &[u8], other: &[u8]) -> bool {
    let entries = |file: &[u8]| -> Option<Vec<(Vec<u8>, Vec<u8>)>> {
        let mut rest = file.strip_prefix(b"icns")?.get(4..)?;
        let mut entries = Vec::new();
        while !rest.is_empty() {
            let length = u32::from_be_bytes(rest.get(4..8)?.try_into().ok()?) as usize;
            entries.push((rest.get(..4)?.to_vec(), rest.get(8..length)?.to_vec()));
            rest = rest.get(length..)?;
        }
        Some(entries)
    };
    let (Some(one), Some(other)) = (entries(one), entries(other)) else {
        return false;
    };
    one.len() == other.len()
        && one
            .iter()
            .zip(&other)
            .all(|(a, b)| a.0 == b.0 && alike(&a.1, &b.1))
}
