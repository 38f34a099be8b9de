//! Where letters stand in a text, a bit for each of its bytes: sixteen are compared at once.

use wide::u8x16;

/// Most bytes of a text whose letters are marked.
pub(super) const LONGEST_MARKED: usize = 128;

/// How many bytes are compared at once.
pub(super) const STRIDE: usize = 16;

/// A folded text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Text<'a> {
    pub key: &'a str,
    /// The same, with what follows it up to the next sixteenth byte where there is something.
    padded: &'a [u8],
}

impl<'a> Text<'a> {
    pub fn new(key: &'a str) -> Self {
        Self { key, padded: key.as_bytes() }
    }

    /// The text between two bytes of `all`.
    pub fn within(all: &'a str, start: usize, end: usize) -> Option<Self> {
        let key = all.get(start..end)?;
        let padded = all.as_bytes().get(start..start + key.len().next_multiple_of(STRIDE));
        Some(Self { key, padded: padded.unwrap_or(key.as_bytes()) })
    }

    pub fn can_be_marked(self) -> bool {
        self.key.len() <= LONGEST_MARKED
    }

    /// The places of `byte`.
    #[inline]
    pub fn places_of(self, byte: u8) -> u128 {
        let wanted = u8x16::splat(byte);
        self.places(|bytes| bytes.simd_eq(wanted))
    }

    /// The places right after what is no letter, and the first: wherever a word begins, and after
    /// digits.
    #[inline]
    pub fn heads(self) -> u128 {
        let (first, last) = (u8x16::splat(b'a'), u8x16::splat(b'z'));
        self.places(|bytes| bytes.simd_lt(first) | bytes.simd_gt(last)) << 1 | 1
    }

    /// The places of whose bytes `is_found` says so.
    #[inline]
    fn places(self, is_found: impl Fn(u8x16) -> u8x16) -> u128 {
        let (chunks, rest) = self.padded.as_chunks::<STRIDE>();
        let found = |bytes: [u8; STRIDE]| u64::from(is_found(u8x16::from(bytes)).to_bitmask());
        let gather = |chunks: &[[u8; STRIDE]]| {
            (0..4).zip(chunks).fold(0, |places, (at, bytes)| places | found(*bytes) << (16 * at))
        };
        let (first, second) = chunks.split_at_checked(4).unwrap_or((chunks, &[]));
        let mut places = u128::from(gather(first)) | u128::from(gather(second)) << 64;
        if !rest.is_empty() {
            let mut last = [0; STRIDE];
            last.iter_mut().zip(rest).for_each(|(last, byte)| *last = *byte);
            places |= u128::from(found(last)) << (STRIDE * chunks.len());
        }
        match self.key.len() {
            LONGEST_MARKED => places,
            length => places & ((1 << length) - 1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_mark_is_where_the_letter_is(text in "[a-c9 ~é-]{0,64}", next in "[a-cé]{0,9}", byte in 0_u8..128) {
            let all = format!("{text}{next}");
            for marked in [Text::new(&text), Text::within(&all, 0, text.len()).unwrap()] {
                let bytes = text.bytes().enumerate();
                let expected = bytes.fold(0_u128, |bits, (at, own)| bits | u128::from(own == byte) << at);
                prop_assert_eq!(marked.places_of(byte), expected);
                for at in 0..text.len() {
                    let is_head = at == 0 || !text.as_bytes()[at - 1].is_ascii_lowercase();
                    prop_assert_eq!(marked.heads() >> at & 1 == 1, is_head);
                }
            }
        }
    }
}
