//! Which bytes are which keys and pastes.

use proptest::prelude::*;

use super::*;
use crate::terminal::key::{PasteNews, parse_keys};
use crate::terminal::paste::PASTE_LIMIT;

fn decode(chunks: &[&[u8]]) -> Vec<Input> {
    let mut decoder = Decoder::default();
    let mut out = Vec::new();
    for chunk in chunks {
        decoder.feed(chunk, &mut out);
    }
    if decoder.is_waiting() {
        decoder.flush(&mut out);
    }
    out
}

fn keys(script: &str) -> Vec<Input> {
    parse_keys(script).into_iter().map(Input::Key).collect()
}

/// Byte sequences and the keys they are, with none that stands for a paste.
const SEQUENCES: &[(&[u8], &str)] = &[
    (b"\x1b[A", "<up>"),
    (b"\x1bOB", "<down>"),
    (b"\x1b[1;5C", "<c-right>"),
    (b"\x1b[1;2D", "<s-left>"),
    (b"\x1b[1;3A", "<a-up>"),
    (b"\x1bO5A", "<c-up>"),
    (b"\x1bOd", "<c-left>"),
    (b"\x1b[b", "<s-down>"),
    (b"\x1b[H", "<home>"),
    (b"\x1bOH", "<home>"),
    (b"\x1b[1~", "<home>"),
    (b"\x1b[7~", "<home>"),
    (b"\x1b[F", "<end>"),
    (b"\x1bOF", "<end>"),
    (b"\x1b[4~", "<end>"),
    (b"\x1b[8~", "<end>"),
    (b"\x1b[1;5F", "<c-end>"),
    (b"\x1b[2~", "<insert>"),
    (b"\x1b[3~", "<delete>"),
    (b"\x1b[3;5~", "<c-delete>"),
    (b"\x1b[3$", "<s-delete>"),
    (b"\x1b[5^", "<c-pgup>"),
    (b"\x1b[5~", "<pgup>"),
    (b"\x1b[6~", "<pgdn>"),
    (b"\x1bOP", "<f1>"),
    (b"\x1b[11~", "<f1>"),
    (b"\x1b[[A", "<f1>"),
    (b"\x1b[[E", "<f5>"),
    (b"\x1b[1;2R", "<s-f3>"),
    (b"\x1b[15~", "<f5>"),
    (b"\x1b[17~", "<f6>"),
    (b"\x1b[21~", "<f10>"),
    (b"\x1b[24~", "<f12>"),
    (b"\x1b[Z", "<s-tab>"),
    (b"\x1b[27;5;105~", "<c-i>"),
    (b"\x1b[115;5u", "<c-s>"),
    (b"\x1b[13;1:3u", ""),
    (b"\x1bx", "<a-x>"),
    (b"\x1b\xc3\xa9", "<a-é>"),
    (b"\x1b\r", "<a-enter>"),
    (b"\x1b\x7f", "<a-backspace>"),
    (b"\x01", "<c-a>"),
    (b"\x1f", "<c-_>"),
    (b"\x7f", "<backspace>"),
    (b"\x08", "<backspace>"),
    (b"\t", "<tab>"),
    (b"\r", "<enter>"),
    (b"\n", "<enter>"),
    (b"\0", ""),
    ("é李👍".as_bytes(), "é李👍"),
    (b"\xff", "\u{FFFD}"),
    (b"\xe2\x82x", "\u{FFFD}x"),
    (b"\xc2\x9b", ""),
    (b"\x1bOM", "<enter>"),
    (b"\x1bOp", "0"),
    // answers and reports, swallowed whole
    (b"\x1b[?62;22c", ""),
    (b"\x1b[12;40R", ""),
    (b"\x1b[?2026;2$y", ""),
    (b"\x1b[I", ""),
    (b"\x1b[<0;10;20M", ""),
    (b"\x1b[M !!", ""),
    (b"\x1b]11;rgb:1e1e/1e1e/2e2e\x1b\\", ""),
    (b"\x1b]52;c;QUJD\x07", ""),
    (b"\x1bP>|tmux 3.4\x1b\\", ""),
    (b"\x1b[201~", ""),
    // cut off by another key
    (b"\x1b[1;\x1b[A", "<up>"),
    (b"\x1b\x1b[A", "<esc><up>"),
];

#[test]
fn sequences_of_the_common_terminals_are_their_keys() {
    for (bytes, script) in SEQUENCES {
        assert_eq!(decode(&[bytes]), keys(script), "{}", bytes.escape_ascii());
    }
}

#[test]
fn a_lone_escape_waits_and_is_esc_when_the_timer_runs_out() {
    let mut decoder = Decoder::default();
    let mut out = Vec::new();
    decoder.feed(b"\x1b", &mut out);
    assert!(decoder.is_waiting() && out.is_empty());
    decoder.flush(&mut out);
    assert!(!decoder.is_waiting());
    assert_eq!(out, keys("<esc>"));
}

#[test]
fn escapes_in_a_row_are_as_many_keys() {
    assert_eq!(decode(&[b"\x1b\x1b\x1b"]), keys("<esc><esc><esc>"));
}

#[test]
fn alt_with_a_letter_that_opens_a_sequence_is_that_key_when_nothing_follows() {
    for (bytes, key) in [(b"\x1b[", '['), (b"\x1bO", 'O'), (b"\x1b]", ']'), (b"\x1bP", 'P')] {
        assert_eq!(decode(&[bytes]), vec![Input::Key(Key::alt(key))]);
    }
}

#[test]
fn a_last_byte_after_the_timer_is_still_no_letter() {
    let mut decoder = Decoder::default();
    let mut out = Vec::new();
    decoder.feed(b"\x1b[1;5", &mut out);
    decoder.flush(&mut out);
    assert!(!decoder.is_waiting() && out.is_empty());
    decoder.feed(b"A", &mut out);
    assert_eq!(out, keys("<c-up>"));
}

#[test]
fn an_unfinished_answer_does_not_swallow_what_is_typed_later() {
    let mut decoder = Decoder::default();
    let mut out = Vec::new();
    decoder.feed(b"\x1b]11;rgb:", &mut out);
    decoder.flush(&mut out);
    decoder.feed(b"j", &mut out);
    assert_eq!(out, keys("j"));
}

#[test]
fn a_bracketed_paste_is_one_input_without_controls() {
    let bytes = b"\x1b[200~a\r\nb\rc\td\x07\x1b[31m\x1b[201~x";
    assert_eq!(decode(&[bytes]), vec![Input::Paste("a\nb\nc\td[31m".to_owned()), Input::Key(Key::char('x'))]);
}

#[test]
fn an_oversized_paste_is_cut_and_read_to_its_end() {
    let mut bytes = b"\x1b[200~".to_vec();
    bytes.resize(bytes.len() + 2 * PASTE_LIMIT, b'a');
    bytes.extend(b"\x1b[201~j");
    let kept = "a".repeat(PASTE_LIMIT);
    let cut = Input::OfPaste(PasteNews::Cut(kept.clone()));
    assert_eq!(decode(&[&bytes]), vec![Input::Paste(kept), cut, Input::Key(Key::char('j'))]);
}

#[test]
fn an_oversized_paste_of_lines_ends_with_a_whole_one_which_is_told() {
    let line = "ann.lee@example.org\r";
    let lines = line.repeat(PASTE_LIMIT / line.len() + 9);
    let whole = line.replace('\r', "\n").repeat(PASTE_LIMIT / line.len());
    let told = vec![Input::Paste(whole), Input::OfPaste(PasteNews::Cut("ann.lee@example.org".to_owned()))];
    assert_eq!(decode(&[format!("\x1b[200~{lines}\x1b[201~").as_bytes()]), told);
    assert_eq!(decode(&[lines.as_bytes()]), told, "without brackets");
    assert_eq!(decode(&[b"\x1b[200~a\rb\x1b[201~"]), vec![Input::Paste("a\nb".to_owned())]);
}

/// What `chunks` come to, with a long pause after each.
fn paused(chunks: &[&[u8]]) -> Vec<Input> {
    let mut decoder = Decoder::default();
    let mut out = Vec::new();
    for chunk in chunks {
        decoder.feed(chunk, &mut out);
        while decoder.is_waiting() {
            decoder.flush(&mut out);
        }
    }
    out
}

const WAITS: Input = Input::OfPaste(PasteNews::Waits);
const GIVEN_UP: Input = Input::OfPaste(PasteNews::GivenUp);

#[test]
fn nothing_of_a_paste_is_a_key_however_long_it_pauses_and_wherever() {
    let pasted = Input::Paste("ann\nxdyq".to_owned());
    for end in [&[&b"\x1b[201~j"[..]][..], &[b"\x1b", b"[201~j"], &[b"\x1b[20", b"1~j"]] {
        let chunks = [&[&b"\x1b[200~an"[..], b"n\r", b"x", b"d", b"yq"][..], end].concat();
        assert_eq!(paused(&chunks), [WAITS, pasted.clone(), Input::Key(Key::char('j'))]);
    }
    assert_eq!(
        paused(&[b"\x1b[200", b"~d", b"\x1b[201~"]),
        [WAITS, Input::Paste("d".to_owned())],
        "nor where its beginning is cut in two"
    );
}

#[test]
fn ctrl_c_after_a_pause_gives_up_a_paste_that_never_ends_and_keys_are_keys_again() {
    let mut told = vec![WAITS, GIVEN_UP];
    told.extend(keys("j<c-c>"));
    assert_eq!(paused(&[b"\x1b[200~ann@example.org\x1b[2", b"\x03", b"j", b"\x03"]), told);
    assert_eq!(paused(&[b"\x1b[200~ann", b"\x03\x03", b"j", b"\x03"]), told);
    // A second paste is as safe as the first.
    assert_eq!(
        paused(&[b"\x1b[200~a", b"\x03", b"\x1b[200~b", b"q", b"\x1b[201~"]),
        [WAITS, GIVEN_UP, WAITS, Input::Paste("bq".to_owned())]
    );
}

#[test]
fn who_types_into_a_paste_that_never_ends_presses_ctrl_c_twice() {
    let mut decoder = Decoder::default();
    let mut out = Vec::new();
    decoder.feed(b"\x1b[200~ann", &mut out);
    decoder.flush(&mut out);
    for typed in [b"j", b"\x03", b"\x03", b"k"] {
        decoder.feed(typed, &mut out);
    }
    assert_eq!(out, [WAITS, GIVEN_UP, Input::Key(Key::char('k'))]);
}

#[test]
fn a_pasted_ctrl_c_gives_nothing_up() {
    assert_eq!(
        paused(&[b"\x1b[200~ann", b"\x03d", b"q\x1b[201~"]),
        [WAITS, Input::Paste("anndq".to_owned())]
    );
    assert_eq!(
        decode(&[b"\x1b[200~ann", b"\x03", b"\x03", b"q\x1b[201~"]),
        [Input::Paste("annq".to_owned())]
    );
}

#[test]
fn what_is_left_of_a_paste_at_the_end_of_the_input_is_a_paste() {
    let mut decoder = Decoder::default();
    let mut out = Vec::new();
    decoder.feed(b"\x1b[200~ann@example.org\x1b[2", &mut out);
    assert!(decoder.is_waiting() && decoder.is_pasting());
    decoder.end(&mut out);
    assert_eq!(out, [Input::Paste("ann@example.org".to_owned())]);
    assert!(!decoder.is_waiting());
}

#[test]
fn lines_that_arrive_at_once_are_a_paste_even_in_several_reads() {
    let pasted = Input::Paste("ann@example.org\nbo@example.org\n".to_owned());
    assert_eq!(decode(&[b"ann@example.org\rbo@example.org\r"]), vec![pasted.clone()]);
    assert_eq!(decode(&[b"ann@example.org\rbo", b"@exa", b"mple.org\r"]), vec![pasted.clone()]);
    assert_eq!(
        decode(&[b"ann@example.org\rbo@example.org\r", b"\x1b[A"]),
        vec![pasted, Input::Key(Key::plain(KeyCode::Up))]
    );
}

#[test]
fn typing_ahead_stays_keys() {
    assert_eq!(decode(&[b"abc\r"]), keys("abc<enter>"));
    assert_eq!(decode(&[b"abc\rdef\r"]), keys("abc<enter>def<enter>"));
    assert_eq!(decode(&[b"ann@example.org\tAnn\tLee\r"]), keys("ann@example.org<tab>Ann<tab>Lee<enter>"));
    assert_eq!(decode(&[b"jjjj\rjjjj\x1b[B\x1b[B"]), keys("jjjj<enter>jjjj<down><down>"));
}

proptest! {
    #[test]
    fn a_sequence_split_anywhere_is_the_same_keys(
        picks in prop::collection::vec(0..SEQUENCES.len(), 1..12),
        paste in prop::option::of("[a-z\r\n]{0,40}"),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..8),
    ) {
        // Esc first, so that no chunk is text alone and none is taken for an unbracketed paste
        let mut bytes = Vec::new();
        for pick in picks {
            bytes.extend(b"\x1b[A");
            bytes.extend(SEQUENCES[pick].0);
        }
        if let Some(paste) = paste {
            bytes.extend(b"\x1b[200~");
            bytes.extend(paste.bytes());
            bytes.extend(b"\x1b[201~");
        }
        let mut at: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len())).collect();
        at.extend([0, bytes.len()]);
        at.sort_unstable();
        let chunks: Vec<&[u8]> = at.windows(2).map(|pair| &bytes[pair[0]..pair[1]]).collect();
        prop_assert_eq!(decode(&chunks), decode(&[&bytes]));
    }

    #[test]
    fn no_bytes_panic_and_no_control_character_gets_through(
        chunks in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 0..12),
    ) {
        let chunks: Vec<&[u8]> = chunks.iter().map(Vec::as_slice).collect();
        for input in decode(&chunks) {
            match input {
                Input::Key(Key { code: KeyCode::Char(c), .. }) => prop_assert!(!c.is_control()),
                Input::Key(_) | Input::OfPaste(PasteNews::Waits | PasteNews::GivenUp) => {}
                    Input::Paste(text) | Input::OfPaste(PasteNews::Cut(text)) => {
                    prop_assert!(text.chars().all(|c| !c.is_control() || matches!(c, '\n' | '\t')));
                }
            }
        }
    }
}
