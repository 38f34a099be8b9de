//! What is known of a text without reading it: 128 bits, kept as planes of one bit a text, so that
//! one instruction asks 64 texts at once.
//!
//! A bit that is not set is certain: the text lacks the letter, the pair, the word head. A bit that is
//! set may belong to another letter or pair that shares it. A hump counts as the head of a word.

/// Planes of a text.
pub(super) const PLANES: usize = 128;

/// The first of the planes that say which characters occur: 26 letters and 10 digits with one each,
/// and four that all others share.
const CHARACTERS: usize = 0;
const OWN_CHARACTERS: usize = 36;
const SHARED_CHARACTERS: u32 = 4;
/// The first of those that say which characters begin a word.
const HEADS: usize = 40;
const OTHER_HEAD: usize = 23;
/// The first of those that hold, as a number, the character at the very start.
const STARTS: usize = 64;
/// How many those are.
pub(super) const START_PLANES: usize = 5;
/// The one of the texts in which a word is a single letter or digit.
pub(super) const LONE: usize = STARTS + START_PLANES;
/// The one of the texts that have a hump.
pub(super) const HUMPED: usize = LONE + 1;
/// The first of those that say which pairs of characters stand side by side.
const PAIRS: usize = HUMPED + 1;
const PAIR_PLANES: u32 = 57;

/// The plane of the texts that hold `c`.
pub(super) fn plane_of(c: char) -> usize {
    CHARACTERS + own_character(c).unwrap_or(OWN_CHARACTERS + place(u32::from(c) % SHARED_CHARACTERS))
}

/// Whether the plane of `c` is shared with no other character.
pub(super) fn has_own_plane(c: char) -> bool {
    own_character(c).is_some()
}

/// The plane of the texts in which a word begins with `c`.
pub(super) fn head_plane_of(c: char) -> usize {
    HEADS
        + match c {
            'a'..='p' => place(u32::from(c) - u32::from('a')),
            'r'..='w' => place(u32::from(c) - u32::from('b')),
            'q' | 'x'..='z' => OTHER_HEAD - 1,
            _ => OTHER_HEAD,
        }
}

/// The planes that hold the number of a text's first character.
pub(super) fn start_planes() -> std::ops::Range<usize> {
    STARTS..STARTS + START_PLANES
}

/// That number for a text that starts with `c`. All that are no letters share one.
pub(super) fn start_number(c: char) -> u32 {
    match c {
        'a'..='z' => u32::from(c) - u32::from('a') + 1,
        _ => 27,
    }
}

/// The plane of the texts in which `second` stands right after `first`.
pub(super) fn pair_plane_of(first: char, second: char) -> usize {
    let number = u32::from(first).wrapping_mul(31).wrapping_add(u32::from(second));
    PAIRS + place(number % PAIR_PLANES)
}

fn own_character(c: char) -> Option<usize> {
    match c {
        'a'..='z' => Some(place(u32::from(c) - u32::from('a'))),
        '0'..='9' => Some(place(26 + u32::from(c) - u32::from('0'))),
        _ => None,
    }
}

fn place(number: u32) -> usize {
    usize::try_from(number).unwrap_or(0)
}

/// The bits of a folded text, the plane's number being the bit's.
pub(super) fn features_of(folded: &str) -> u128 {
    let mut bits = folded.chars().next().map_or(0, |first| u128::from(start_number(first)) << STARTS);
    let mut before = None;
    let mut is_lone = false;
    for own in folded.chars() {
        let c = own.to_ascii_lowercase();
        bits |= u128::from(c != own) << HUMPED;
        if c != ' ' {
            bits |= 1 << plane_of(c);
            match before.filter(|before| *before != ' ') {
                Some(before) => bits |= 1 << pair_plane_of(before, c),
                None => bits |= 1 << head_plane_of(c),
            }
            if c != own || before.is_some_and(|before| !before.is_alphanumeric()) {
                bits |= 1 << head_plane_of(c);
            }
        }
        let is_in_word = c.is_alphanumeric();
        bits |= u128::from(is_lone && !is_in_word) << LONE;
        is_lone = is_in_word && !before.is_some_and(char::is_alphanumeric);
        before = Some(c);
    }
    bits | u128::from(is_lone) << LONE
}

/// Turns 64 rows of 64 bits into columns: bit `j` of row `i` changes places with bit `i` of row `j`.
pub(super) fn transpose(rows: &mut [u64; 64]) {
    let mut half = 32;
    let mut mask = 0x0000_0000_FFFF_FFFF_u64;
    while half > 0 {
        for pair in rows.chunks_exact_mut(2 * half) {
            let (low, high) = pair.split_at_mut(half);
            for (low, high) in low.iter_mut().zip(high) {
                let crossed = ((*low >> half) ^ *high) & mask;
                *low ^= crossed << half;
                *high ^= crossed;
            }
        }
        half /= 2;
        mask ^= mask << half;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn holds(text: &str, plane: usize) -> bool {
        features_of(text) >> plane & 1 == 1
    }

    #[test]
    fn a_text_has_the_bits_of_its_letters_pairs_and_heads() {
        let text = "jose-maria › yo 2";
        for c in text.chars().filter(|c| *c != ' ') {
            assert!(holds(text, plane_of(c)), "{c}");
        }
        for head in "jm›y2".chars() {
            assert!(holds(text, head_plane_of(head)), "{head}");
        }
        for absent in "bcdf013".chars() {
            assert!(!holds(text, plane_of(absent)), "{absent}");
        }
        assert!(!holds(text, head_plane_of('o')));
        for plane in
            [HUMPED, plane_of('s'), head_plane_of('s'), pair_plane_of('a', 's'), pair_plane_of('s', 'c')]
        {
            assert!(holds("javaScript", plane), "{plane}");
        }
        assert!(![HUMPED, head_plane_of('s')].iter().any(|plane| holds("javascript", *plane)));
        assert!(holds(text, pair_plane_of('o', 's')));
        for (text, has_lone_letter) in
            [(text, true), ("a", true), ("an (x)", true), ("jo-2", true), ("to go - on", false)]
        {
            assert_eq!(holds(text, LONE), has_lone_letter, "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_plane_is_one_of_the_planes(first: char, second: char) {
            for plane in [plane_of(first), head_plane_of(first), pair_plane_of(first, second)] {
                prop_assert!(plane < PLANES);
            }
            prop_assert!(start_number(first) < 1 << START_PLANES);
        }

        #[test]
        fn rows_become_columns(rows in prop::collection::vec(any::<u64>(), 64)) {
            let mut turned: [u64; 64] = rows.clone().try_into().unwrap();
            transpose(&mut turned);
            for (i, row) in rows.iter().enumerate() {
                for (j, column) in turned.iter().enumerate() {
                    prop_assert_eq!(row >> j & 1, column >> i & 1);
                }
            }
        }
    }
}
