//! Where letters stand in a text, a bit for each of its bytes: sixteen are compared at once. Most texts
//! have at most 64 bytes: as many are read of each of them, whatever their length, as to ask how many there
//! are takes longer. Most have no hump either: case is looked through only where there is one, and in
//! longer texts.

use std::borrow::Cow;
use std::ops::{BitAnd, BitOr, Shl, Shr};

use wide::u8x16;

/// How many bytes are compared at once.
const STRIDE: usize = 16;
/// Most bytes of a text that is near.
const NEAR: usize = 64;
/// Most bytes of a text whose letters are marked.
pub(super) const FAR: usize = 128;
/// The bit that tells a small letter from its capital.
const CASE: u8 = b'a' ^ b'A';

/// A folded text.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Text<'a> {
    pub key: &'a str,
    /// The same, and what follows it.
    padded: &'a [u8],
    has_humps: bool,
}

/// How the letters of a text are marked.
#[derive(Clone, Copy, Debug)]
pub(super) enum Sight<'a> {
    Near(Near<'a>),
    Far(Far<'a>),
    /// Not at all: it is too long.
    None,
}

impl<'a> Text<'a> {
    /// A text alone: its letters are not marked.
    #[cfg(test)]
    pub fn new(key: &'a str) -> Self {
        Self { key, padded: &[], has_humps: true }
    }

    /// The text between two bytes of `all`, in which only humps are capitals. Its letters are marked where as
    /// much follows its start as is read.
    #[inline]
    pub fn within(all: &'a str, start: usize, end: usize, has_humps: bool) -> Option<Self> {
        Some(Self { key: all.get(start..end)?, padded: all.as_bytes().get(start..)?, has_humps })
    }

    /// Its key, all in small letters.
    pub fn without_humps(&self) -> Cow<'a, str> {
        if self.has_humps { Cow::Owned(self.key.to_ascii_lowercase()) } else { Cow::Borrowed(self.key) }
    }

    #[inline]
    pub fn sight(self) -> Sight<'a> {
        let length = self.key.len();
        match (self.padded.first_chunk(), self.padded.first_chunk()) {
            (Some(bytes), _) if length <= NEAR && !self.has_humps => Sight::Near(Near { bytes, length }),
            (_, Some(bytes)) if length <= FAR => Sight::Far(Far { bytes, length }),
            _ => Sight::None,
        }
    }
}

/// A text of at most 64 bytes without a hump, and what follows it up to there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Near<'a> {
    bytes: &'a [u8; NEAR],
    length: usize,
}

/// A text of at most 128 bytes, likewise, which may have humps.
#[derive(Clone, Copy, Debug)]
pub(super) struct Far<'a> {
    bytes: &'a [u8; FAR],
    length: usize,
}

/// A text whose letters can be marked.
pub(super) trait Marked: Copy {
    type Places: Places;

    /// The places of `byte`, which is no capital, and of its capital.
    fn places_of(self, byte: u8) -> Self::Places;

    /// The places right after what is no letter, the first, and the humps: wherever a word begins, and
    /// after digits.
    fn heads(self) -> Self::Places;
}

impl Near<'_> {
    /// The places of whose bytes `is_found` says so.
    #[inline]
    fn places(self, is_found: impl Fn(u8x16) -> u8x16) -> u64 {
        gathered(self.bytes, is_found) & u64::up_to(self.length)
    }
}

impl Marked for Near<'_> {
    type Places = u64;

    #[inline]
    fn places_of(self, byte: u8) -> u64 {
        let wanted = u8x16::splat(byte);
        self.places(|bytes| bytes.simd_eq(wanted))
    }

    #[inline]
    fn heads(self) -> u64 {
        self.places(is_no_letter) << 1 | u64::FIRST
    }
}

impl Far<'_> {
    /// Likewise.
    #[inline]
    fn places(self, is_found: impl Fn(u8x16) -> u8x16) -> u128 {
        let (first, second) = self.bytes.split_at(NEAR);
        let both = u128::from(gathered(first, &is_found)) | u128::from(gathered(second, &is_found)) << NEAR;
        both & u128::up_to(self.length)
    }
}

impl Marked for Far<'_> {
    type Places = u128;

    #[inline]
    fn places_of(self, byte: u8) -> u128 {
        let wanted = u8x16::splat(byte);
        let case = u8x16::splat(if byte.is_ascii_lowercase() { CASE } else { 0 });
        self.places(|bytes| (bytes | case).simd_eq(wanted))
    }

    #[inline]
    fn heads(self) -> u128 {
        let case = u8x16::splat(CASE);
        // Some punctuation passes for a capital: an outlook is the brighter for it, never the darker.
        let capitals = self.places(|bytes| (bytes & case).simd_eq(u8x16::splat(0)));
        self.places(|bytes| is_no_letter(bytes | case)) << 1 | u128::FIRST | capitals
    }
}

#[inline]
fn is_no_letter(bytes: u8x16) -> u8x16 {
    bytes.simd_lt(u8x16::splat(b'a')) | bytes.simd_gt(u8x16::splat(b'z'))
}

#[inline]
fn gathered(bytes: &[u8], is_found: impl Fn(u8x16) -> u8x16) -> u64 {
    let (chunks, _) = bytes.as_chunks::<STRIDE>();
    let found = |bytes: [u8; STRIDE]| u64::from(is_found(u8x16::from(bytes)).to_bitmask());
    (0..NEAR / STRIDE).zip(chunks).fold(0, |places, (at, bytes)| places | found(*bytes) << (STRIDE * at))
}

/// Places in a text, a bit for each of its bytes.
pub(super) trait Places:
    Copy
    + Eq
    + BitAnd<Output = Self>
    + BitOr<Output = Self>
    + Shl<usize, Output = Self>
    + Shr<usize, Output = Self>
{
    const NONE: Self;
    const FIRST: Self;
    const ALL: Self;

    /// The first `count` places.
    fn up_to(count: usize) -> Self;

    /// All places above the lowest of these; where there is none, none.
    fn above_lowest(self) -> Self;

    fn wide(self) -> u128;
}

macro_rules! places {
    ($bits:ty) => {
        impl Places for $bits {
            const NONE: Self = 0;
            const FIRST: Self = 1;
            const ALL: Self = Self::MAX;

            #[inline]
            fn up_to(count: usize) -> Self {
                let beyond = u32::try_from(count).ok().and_then(|count| Self::FIRST.checked_shl(count));
                beyond.map_or(Self::MAX, |beyond| beyond - 1)
            }

            #[inline]
            fn above_lowest(self) -> Self {
                !(self ^ self.wrapping_sub(1))
            }

            #[inline]
            fn wide(self) -> u128 {
                self.into()
            }
        }
    };
}

places!(u64);
places!(u128);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn places_of(text: Text, byte: u8) -> u128 {
        match text.sight() {
            Sight::Near(near) => near.places_of(byte).wide(),
            Sight::Far(far) => far.places_of(byte),
            Sight::None => panic!(),
        }
    }

    fn heads(text: Text) -> u128 {
        match text.sight() {
            Sight::Near(near) => near.heads().wide(),
            Sight::Far(far) => far.heads(),
            Sight::None => panic!(),
        }
    }

    proptest! {
        #[test]
        fn a_mark_is_where_the_letter_is(
            text in "[a-cA-C0-9@-`{-~é\u{1}\u{1a} -]{0,64}", is_small: bool, next in "[a-cé]{128}",
            byte in prop_oneof![0..b'A', b'['..128]
        ) {
            let text = if is_small { text.to_ascii_lowercase() } else { text };
            let all = format!("{text}{next}");
            let marked = Text::within(&all, 0, text.len(), !is_small).unwrap();
            let mut expected = 0_u128;
            for (at, own) in text.bytes().enumerate() {
                expected |= u128::from(own.to_ascii_lowercase() == byte) << at;
                let begins = at == 0 || !text.as_bytes()[at - 1].is_ascii_alphabetic();
                let is_head = heads(marked) >> at & 1 == 1;
                prop_assert!(is_head == (begins || own.is_ascii_uppercase()) || !own.is_ascii_alphanumeric());
            }
            prop_assert_eq!(places_of(marked, byte), expected);
        }
    }
}
