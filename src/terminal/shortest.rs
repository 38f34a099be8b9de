//! The shortest of several ways to say the same, written one after the other into the bytes of a
//! frame: a frame is some hundred of them, and none is worth an allocation.

/// Keeps the shorter of two ways that end the bytes: the one from `start` to `middle`, or the one
/// after it. Whether it is the second.
pub fn keep_shorter(out: &mut Vec<u8>, start: usize, middle: usize) -> bool {
    let is_second = out.len() - middle < middle - start;
    if is_second {
        out.drain(start..middle);
    } else {
        out.truncate(middle);
    }
    is_second
}

/// Appends a number in decimal digits.
pub fn push_number(number: u32, out: &mut Vec<u8>) {
    if number >= 10 {
        push_number(number / 10, out);
    }
    out.extend(u8::try_from(number % 10).map(|digit| b'0' + digit));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shorter_way_is_kept_and_of_two_as_short_the_first() {
        let kept = |first: &[u8], second: &[u8]| {
            let mut out = [b"before ", first, second].concat();
            let is_second = keep_shorter(&mut out, 7, 7 + first.len());
            (String::from_utf8(out).unwrap(), is_second)
        };
        assert_eq!(kept(b"long", b"ab"), ("before ab".to_owned(), true));
        assert_eq!(kept(b"ab", b"long"), ("before ab".to_owned(), false));
        assert_eq!(kept(b"ab", b"cd"), ("before ab".to_owned(), false));
    }

    #[test]
    fn numbers_are_written_as_people_write_them() {
        for number in [0, 7, 10, 99, 100, 1204, u32::MAX] {
            let mut out = Vec::new();
            push_number(number, &mut out);
            assert_eq!(out, number.to_string().as_bytes());
        }
    }
}
