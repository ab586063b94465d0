//! A picture's perceptual hash: 64 bits that stay nearly the same when it is saved in another format, size or quality.
//!
//! `dHash` (Krawetz, "Kind of Like That", 2013): the picture is shrunk to 9 x 8 grey points, and each bit says whether a
//! point is brighter than its right neighbour. Size and pixels are limited before anything is decoded, and whatever the
//! decoders do not understand is no picture. Fetching, and how many are decoded at a time, is the business of `app`.

use std::io::Cursor;

use image::imageops::FilterType;
use image::{DynamicImage, ImageReader, Limits};

use crate::model::message::Attachment;

/// Two pictures are the same when at most so many of the 64 bits of their hashes differ: what saving in another format or
/// size changes. Unrelated pictures differ in about 32.
pub const NEAR: u32 = 5;
/// Bytes of the largest picture that is looked at.
pub const LARGEST: u64 = 8 << 20;
/// Pixels of a side, pixels in all, and memory that decoding may take, in bytes.
const LONGEST_SIDE: u32 = 8192;
const MOST_PIXELS: u64 = 16_000_000;
const MOST_MEMORY: u64 = 96 << 20;
/// With fewer bits of either kind a picture is plain, and plain pictures are all alike.
const FEWEST_BITS: u32 = 8;

/// Whether a file says that it is a picture of a kind that can be looked at.
pub fn is_picture(file: &Attachment) -> bool {
    let kinds = ["image/png", "image/jpeg", "image/gif", "image/webp"];
    file.size <= LARGEST
        && !file.url.is_empty()
        && file
            .content_type
            .as_deref()
            .is_some_and(|kind| kinds.iter().any(|known| kind.starts_with(known)))
}

/// The hash of a picture's bytes. `None`: it is too large, too plain, or no picture.
pub fn hash(bytes: &[u8]) -> Option<u64> {
    if bytes.len() as u64 > LARGEST {
        return None;
    }
    let reader = || ImageReader::new(Cursor::new(bytes)).with_guessed_format().ok();
    let (width, height) = reader()?.into_dimensions().ok()?;
    let pixels = u64::from(width) * u64::from(height);
    if width > LONGEST_SIDE || height > LONGEST_SIDE || pixels > MOST_PIXELS || pixels == 0 {
        return None;
    }
    let mut limits = Limits::default();
    limits.max_image_width = Some(LONGEST_SIDE);
    limits.max_image_height = Some(LONGEST_SIDE);
    limits.max_alloc = Some(MOST_MEMORY);
    let mut reader = reader()?;
    reader.limits(limits);
    differences(&reader.decode().ok()?)
}

fn differences(picture: &DynamicImage) -> Option<u64> {
    // First down by averaging, which is fast at any size, then to the few points.
    let small = picture
        .thumbnail_exact(36, 32)
        .resize_exact(9, 8, FilterType::Triangle)
        .into_luma8();
    let mut bits = 0_u64;
    for y in 0..8 {
        for x in 0..8 {
            let brighter = small.get_pixel(x, y).0[0] > small.get_pixel(x + 1, y).0[0];
            bits = bits << 1 | u64::from(brighter);
        }
    }
    let set = bits.count_ones();
    (FEWEST_BITS..=64 - FEWEST_BITS).contains(&set).then_some(bits)
}

#[cfg(test)]
mod tests {
    use image::{ImageFormat, Rgb, RgbImage};
    use proptest::prelude::*;

    use super::*;

    /// Some picture; another `seed` gives another one.
    fn picture(seed: u32, size: u32) -> DynamicImage {
        let wave = |x: u32, y: u32, by: u32| {
            let (x, y) = (f64::from(x) / f64::from(size), f64::from(y) / f64::from(size));
            let by = f64::from(by + 2);
            (((x * by * 3.0).sin() + (y * by * 2.0 + x * by).cos()) * 60.0 + 128.0) as u8
        };
        DynamicImage::ImageRgb8(RgbImage::from_fn(size, size, |x, y| {
            Rgb([wave(x, y, seed), wave(y, x, seed), wave(x, y, seed + 1)])
        }))
    }

    fn saved(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        picture
            .to_rgb8()
            .write_to(&mut bytes, format)
            .expect("it can be saved");
        bytes.into_inner()
    }

    #[test]
    fn a_picture_in_another_format_and_size_is_the_same_and_another_picture_is_not() {
        let original = hash(&saved(&picture(1, 400), ImageFormat::Png)).expect("a hash");
        for copy in [
            saved(&picture(1, 400), ImageFormat::Jpeg),
            saved(&picture(1, 150), ImageFormat::Png),
            saved(&picture(1, 900), ImageFormat::Jpeg),
            saved(&picture(1, 400), ImageFormat::Gif),
        ] {
            let copy = hash(&copy).expect("a hash");
            assert!((original ^ copy).count_ones() <= 5, "{original:x} {copy:x}");
        }
        for seed in 2..8 {
            let other = hash(&saved(&picture(seed * 3, 400), ImageFormat::Png)).expect("a hash");
            assert!((original ^ other).count_ones() > 10, "{original:x} {other:x}");
        }
    }

    #[test]
    fn a_plain_picture_says_too_little() {
        let plain = DynamicImage::ImageRgb8(RgbImage::from_pixel(64, 64, Rgb([9, 9, 9])));
        assert_eq!(hash(&saved(&plain, ImageFormat::Png)), None);
    }

    #[test]
    fn a_picture_that_claims_to_be_huge_is_not_decoded() {
        let mut bytes = saved(&picture(1, 64), ImageFormat::Png);
        // Width and height of a PNG stand at bytes 16 to 23.
        bytes[16..24].copy_from_slice(&[0, 1, 0, 0, 0, 1, 0, 0]);
        assert_eq!(hash(&bytes), None);
        assert_eq!(hash(&vec![0; LARGEST as usize + 1]), None);
    }

    proptest! {
        #[test]
        fn garbage_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
            let _ = hash(&bytes);
        }

        #[test]
        fn damaged_pictures_never_panic(
            format in prop_oneof![Just(ImageFormat::Png), Just(ImageFormat::Jpeg), Just(ImageFormat::Gif), Just(ImageFormat::WebP)],
            damage in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..12),
            cut in any::<proptest::sample::Index>(),
        ) {
            let mut bytes = saved(&picture(3, 48), format);
            for (at, byte) in damage {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            let _ = hash(&bytes);
            bytes.truncate(cut.index(bytes.len()));
            let _ = hash(&bytes);
        }
    }
}
