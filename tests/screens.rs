//! The screens, as an operator sees them: keys in, picture out.

#[path = "support/fake_api.rs"]
#[expect(dead_code, reason = "the tests of the other screens use the rest")]
mod fake_api;
#[path = "support/team.rs"]
mod team;
#[path = "support/tui.rs"]
mod tui;

use std::sync::Arc;
use std::time::Duration;

use admit::api::page::Page;
use admit::api::users::DeliveryState;
use admit::client::ClientError;
use admit::domain::entropy::SeededEntropy;
use admit::domain::status::UserStatus;
use admit::terminal::canvas::Canvas;
use admit::terminal::key::parse_keys;
use admit::tui::catalogue::Catalogue;
use admit::tui::context::{Context, Look, Mint};
use admit::tui::effect::{Effect, Reply};
use admit::tui::msg::Msg;
use admit::tui::outbox::Outbox;
use admit::tui::popups::confirm::Confirm;
use admit::tui::popups::{Overlay, PopupOutcome};
use admit::tui::table::Table;
use fake_api::FakeApi;
use insta::assert_snapshot;
use proptest::prelude::*;
use ratatui::layout::Size;
use tui::Harness;

const DEBOUNCE: Duration = Duration::from_millis(250);
const LIVE: Duration = Duration::from_secs(5);

fn started() -> Harness {
    Harness::start(FakeApi::new(team::team())).settle()
}

fn crowded(n: u128) -> Harness {
    Harness::start(FakeApi::new(team::crowd(n))).settle()
}

fn in_theme(theme: admit::tui::theme::Theme) -> Harness {
    Harness::start_at(FakeApi::new(team::team()), team::place(), theme).settle()
}

/// A page of it at each size, and in ASCII.
fn pictures(name: &str, keys: &str) {
    let show = |tui: Harness| tui.keys(keys).advance(DEBOUNCE).settle();
    assert_snapshot!(format!("{name}_80x24"), show(started()).screen());
    assert_snapshot!(format!("{name}_120x40"), show(started().resize(120, 40)).screen());
    assert_snapshot!(format!("{name}_ascii"), show(in_theme(tui::ascii())).screen());
}

/// What is told by style: with the terminal's own colours (dark and light have the same), and
/// without any.
fn styles(name: &str, keys: &str) {
    let show = |tui: Harness| tui.keys(keys).advance(DEBOUNCE).settle().styled();
    assert_snapshot!(format!("{name}_colours"), show(started()));
    let mono = show(in_theme(tui::mono()));
    assert!(!["Cyan", "Red", "Green", "Blue", "Yellow"].iter().any(|colour| mono.contains(colour)));
    assert_snapshot!(format!("{name}_mono"), mono);
}

#[test]
fn the_table_of_users() {
    pictures("users", "jj");
    styles("users", "jj");
    assert_snapshot!("users_100x30", started().resize(100, 30).screen());
    assert_snapshot!("users_60x15", started().resize(60, 15).screen());
    assert_snapshot!("users_20x5", started().resize(20, 5).screen());
    assert_snapshot!("users_19x4", started().resize(19, 4).screen());
}

#[test]
fn ascii_terminals_get_ascii_but_for_names() {
    let tui = Harness::start_at(FakeApi::new(team::crowd(3)), team::place(), tui::ascii()).settle();
    for keys in ["", "<enter>", "?", ":", "f", "s", "y"] {
        let tui = Harness::start_at(FakeApi::new(team::crowd(3)), team::place(), tui::ascii()).settle();
        assert!(tui.keys(keys).settle().screen().is_ascii(), "{keys}");
    }
    assert!(tui.screen().is_ascii());
}

#[test]
fn the_page_of_a_user() {
    pictures("user", "j<enter>");
    styles("user", "j<enter>");
    assert_snapshot!("user_end_80x24", started().keys("j<enter>").settle().keys("G").screen());
}

#[test]
fn every_status_says_what_fits() {
    let mut told = String::new();
    for row in 0..8 {
        let tui = started().keys(&"j".repeat(row)).keys("<enter>").settle();
        let screen = tui.screen();
        told.push_str(&screen.lines().skip(2).take(3).collect::<Vec<_>>().join("\n"));
        told.push('\n');
    }
    assert_snapshot!(told);
}

#[test]
fn popups() {
    pictures("help", "?");
    pictures("palette", ":");
    pictures("filter", "f");
    pictures("filter_status", "fs");
    assert_snapshot!("sort", started().keys("s").screen());
    assert_snapshot!("copy", started().keys("jy").screen());
    assert_snapshot!("help_narrowed", started().keys("?page").screen());
    assert_snapshot!("palette_narrowed", started().keys(":pgdwn").screen());
    assert_snapshot!("palette_narrowed_styles", started().keys(":refr").styled());
    assert_snapshot!("messages", started().keys("ye:messages<enter>").screen());
    assert_snapshot!("palette_60x15", started().resize(60, 15).keys(":").screen());
    assert_snapshot!("help_20x5", started().resize(20, 5).keys("?").screen());
}

#[test]
fn what_is_shown_when_there_is_nothing_to_show() {
    assert_snapshot!("nobody_yet", Harness::start(FakeApi::new(Vec::new())).settle().screen());
    assert_snapshot!("nobody_matches", started().keys("/zzz<enter>").settle().screen());
    let learner =
        Harness::start_at(FakeApi::new(team::team()), team::place_of_learner(), tui::theme()).settle();
    assert_snapshot!("learner", learner.screen());
    assert_eq!(learner.api.calls("list_users").len(), 0);
}

#[test]
fn a_lost_server_is_told_and_its_return_is_noticed() {
    let api = FakeApi::new(team::team());
    api.set_down(true);
    let tui = Harness::start(api).settle();
    assert_snapshot!("unreachable", tui.screen());
    tui.api.set_down(false);
    let tui = tui.advance(LIVE).settle();
    assert!(tui.screen().contains("Adeyemi Smith") && !tui.screen().contains("offline"), "{}", tui.screen());
}

#[test]
fn when_a_refresh_fails_the_rows_stay() {
    let tui = started();
    tui.api.set_down(true);
    let tui = tui.advance(LIVE).settle();
    assert_snapshot!("refresh_failed", tui.screen());
}

#[test]
fn loading_is_told_only_when_it_takes_long() {
    let tui = Harness::start(FakeApi::new(team::team())).advance(Duration::from_millis(149));
    assert!(!tui.screen().contains("oading"), "{}", tui.screen());
    assert_eq!(tui.app.wakes_in(), Some(Duration::from_millis(1)));
    let tui = tui.advance(Duration::from_millis(1));
    assert_snapshot!("loading", tui.screen());
    let tui = tui.settle();
    assert_eq!(tui.app.wakes_in(), None, "no timer runs when nothing is awaited");
}

#[test]
fn a_search_waits_for_a_pause_and_an_older_answer_never_overtakes_a_newer() {
    let mut tui = started().keys("/sm");
    assert_eq!(tui.waiting(), 0, "nothing is asked while one types");
    tui = tui.advance(DEBOUNCE);
    let (old, _) = tui.calls[0].clone();
    tui = tui.keys("ithers").advance(DEBOUNCE).settle();
    assert_snapshot!("search", tui.screen());
    let before = tui.screen();
    tui.update(Msg::Replied(
        old,
        Reply::Users(Ok(Page { items: team::crowd(3), next: None, previous: None })),
    ));
    assert_eq!(tui.screen(), before);
    let asked: Vec<_> = tui.api.calls("list_users").iter().map(|query| query["search"].clone()).collect();
    assert_eq!(asked, [serde_json::Value::Null, "smithers".into()]);
}

#[test]
fn answers_may_come_in_any_order() {
    let tui = Harness::start(FakeApi::new(team::team())).answer_last().settle();
    assert_eq!(tui.screen(), started().screen());
}

#[test]
fn enter_keeps_a_search_and_esc_ends_it() {
    let tui = started().keys("/smi<enter>").settle();
    assert_snapshot!("search_kept", tui.screen());
    let tui = tui.keys("<esc>").settle();
    assert_eq!(tui.screen(), started().screen());
}

#[test]
fn while_one_types_commands_are_text_and_f1_is_help() {
    let tui = started().keys("/q?:");
    assert!(tui.screen().contains("/ q?:"), "{}", tui.screen());
    assert!(tui.keys("<f1>").screen().contains("Keys: Users"));
}

#[test]
fn filters_are_chips_and_backspace_takes_the_last_away() {
    let tui = started().keys("fsi<enter>").settle().keys("frl<enter>").settle().keys("fx").settle();
    assert_snapshot!("chips", tui.screen());
    let queries = tui.api.calls("list_users");
    let last = queries.last().unwrap();
    assert_eq!((&last["status"], &last["role"]), (&"invited".into(), &"learner".into()));
    let tui = tui.keys("<backspace><backspace><backspace>").settle();
    assert!(tui.screen().contains("▌ Cara Smith-Okafor"), "the cursor stays on its user");
    assert_eq!(tui.keys("gg").screen(), started().screen());
}

#[test]
fn sorting_by_the_same_column_again_turns_the_order_round() {
    let sorts = |tui: &Harness| tui.api.calls("list_users").last().unwrap()["sort"].clone();
    let tui = started().keys("se").settle();
    assert_eq!(sorts(&tui), "email");
    assert!(tui.screen().contains("EMAIL ▲"));
    let tui = tui.keys("se").settle();
    assert_eq!(sorts(&tui), "-email");
    assert!(tui.screen().contains("EMAIL ▼"));
    let tui = tui.keys("sa").settle();
    assert_eq!(sorts(&tui), "-last_active");
    assert!(tui.screen().contains("by last active"), "a hidden column says that it sorts");
}

#[test]
fn rows_come_before_one_gets_to_them() {
    let tui = crowded(1000);
    assert_eq!(tui.api.calls("list_users").len(), 2, "a page, and one ahead");
    let tui = tui.keys(&"j".repeat(150)).settle();
    assert!(tui.screen().contains("Person 00150"));
    assert_eq!(tui.api.calls("list_users").len(), 3);
}

#[test]
fn movements() {
    let at = |keys: &str| {
        let tui = keys.split('|').fold(crowded(500), |tui, keys| tui.keys(keys).settle());
        let screen = tui.screen();
        screen.lines().find(|line| line.starts_with('▌')).unwrap()[4..].split("  ").next().unwrap().to_owned()
    };
    for (keys, name) in [
        ("jjk", "Person 00001"),
        ("<pagedown>", "Person 00015"),
        ("<c-d><c-d>", "Person 00014"),
        ("<pagedown><pagedown><pageup>", "Person 00015"),
        ("Ggg", "Person 00000"),
        ("G|<up>", "Person 00498"),
        ("G<up>", "Person 00498"),
        ("<end><home>", "Person 00000"),
        ("gj", "Person 00001"),
    ] {
        assert_eq!(at(keys), name, "{keys}");
    }
}

#[test]
fn someone_who_turns_active_is_seen_to_and_the_cursor_stays() {
    let tui = started().keys("jjj");
    tui.api.change(|users| {
        users.insert(0, team::user(50, "Aaron", "New", UserStatus::Invited));
        let bo = users.iter_mut().find(|user| user.first_name.as_str() == "Bo").unwrap();
        bo.status = UserStatus::Active;
        bo.delivery = Some(DeliveryState::Sent);
    });
    let tui = tui.advance(LIVE).settle();
    assert_snapshot!("refreshed", tui.screen());
    assert!(tui.screen().lines().any(|line| line.starts_with("▌ Dai Smith")));
}

#[test]
fn ctrl_r_asks_anew_and_the_cursor_stays() {
    let rows = |tui: &Harness| tui.screen().lines().skip(4).collect::<Vec<_>>().join("\n");
    let tui = crowded(1000).keys(&"j".repeat(150)).settle();
    let before = rows(&tui);
    tui.api.change(|users| users[145].status = UserStatus::Expired);
    let tui = tui.keys("<c-r>").settle();
    assert!(rows(&tui).contains("◌ expired"));
    assert_eq!(rows(&tui).replace("◌ expired", "● active "), before);
}

#[test]
fn a_refresh_reaches_every_row_in_view() {
    let mut users = team::crowd(300);
    users[105].status = UserStatus::Invited;
    let tui = Harness::start(FakeApi::new(users)).settle().keys(&"j".repeat(106)).settle();
    assert!(tui.screen().contains("Person 00099") && tui.screen().contains("invited"), "{}", tui.screen());
    tui.api.change(|users| users[105].status = UserStatus::Active);
    let tui = tui.advance(LIVE).settle();
    assert!(!tui.screen().contains("○ invited"), "{}", tui.screen());
}

#[test]
fn nothing_changes_on_the_screen_while_nothing_changes_on_the_server() {
    let tui = started();
    let before = tui.app.view();
    let tui = tui.advance(LIVE);
    assert_eq!((tui.app.view(), tui.app.wakes_in()), (before.clone(), None));
    assert_eq!(tui.settle().app.view(), before);
}

#[test]
fn where_nobody_is_about_to_change_the_server_is_left_alone() {
    let tui = crowded(5).advance(Duration::from_mins(2));
    assert_eq!(tui.waiting(), 0);
    let tui = started().keys("i").advance(Duration::from_mins(1));
    assert_eq!(tui.api.calls("list_users").len(), 1, "a covered table does not ask");
}

#[test]
fn the_user_page_sees_the_user_turn_active() {
    let tui = started().keys("j<enter>").settle();
    tui.api.change(|users| users[1].status = UserStatus::Active);
    let tui = tui.advance(LIVE).settle();
    assert!(tui.screen().contains("● active"), "{}", tui.screen());
    let tui = tui.keys("<esc>").settle();
    assert!(tui.screen().contains("▌ Bo Smithers"));
}

#[test]
fn a_user_page_that_cannot_be_had_says_why() {
    let tui = started();
    let refused = ClientError::Unreachable("connection reset".into());
    tui.api.prepare("get_user", Err(refused.clone()));
    tui.api.prepare("list_user_enrolments", Err(refused.clone()));
    tui.api.prepare("list_user_audit", Err(refused));
    assert_snapshot!("user_unreachable", tui.keys("<enter>").settle().screen());
}

#[test]
fn copies_go_to_the_terminal_and_are_shown() {
    let tui = started().keys("jye");
    assert_eq!(tui.copied, ["bo.smithers@example.org"]);
    assert!(tui.screen().contains("the address, sent to your terminal: bo.smithers@example.org"));
    let tui = tui.keys("yl").settle();
    assert_eq!(tui.copied[1], "https://people.example.org/i/8fK2");
    let tui = tui.keys("yo").keys("yr");
    assert!(
        tui.copied[2].starts_with("{\"id\":") && tui.copied[3].starts_with("bo.smithers@example.org\tBo\t")
    );
}

#[test]
fn the_first_ctrl_c_cancels_and_the_second_quits() {
    let quits = |tui: &Harness| tui.effects.contains(&Effect::Quit);
    let tui = started().keys("f<c-c>");
    assert!(!quits(&tui) && !tui.screen().contains("Filter by"));
    let late = started().keys("<c-c>").advance(Duration::from_secs(3)).keys("<c-c>");
    assert!(!quits(&late));
    assert!(quits(&tui.keys("<c-c>")));
}

#[test]
fn q_goes_up_and_quits_at_the_top() {
    let tui = started().keys("<enter>").settle().keys("q").settle();
    assert!(!tui.effects.contains(&Effect::Quit));
    assert!(tui.keys("q").effects.contains(&Effect::Quit));
}

#[test]
fn the_keys_of_every_place() {
    let tui = started().keys("<c-z><c-l>");
    assert_eq!(tui.effects, [Effect::Suspend, Effect::Repaint]);
    let tui = tui.keys("<c-r>");
    assert_eq!(tui.waiting(), 2, "rows and counts are asked for anew");
    let tui = tui.settle().keys(":refresh<enter>");
    assert_eq!(tui.waiting(), 2, "the palette does what the key does");
}

#[test]
fn a_paste_into_the_table_is_a_search() {
    let tui = started().paste("smithers").advance(DEBOUNCE).settle();
    assert!(tui.screen().contains("1 of 8 match"), "{}", tui.screen());
}

#[test]
fn errors_stay_till_a_key_and_are_kept() {
    let mut tui = started();
    tui.update(Msg::Copied(Err("too long for the terminal's clipboard".to_owned())));
    let tui = tui.advance(Duration::from_mins(1));
    assert!(tui.screen().contains("could not be copied: too long"));
    let tui = tui.keys("j");
    assert!(!tui.screen().contains("could not be copied"));
    assert!(tui.keys(":messages<enter>").screen().contains("could not be copied"));
}

/// What a question comes to after `keys`.
fn answered(keys: &str) -> Option<PopupOutcome> {
    let mut question = Confirm::new("test", "Quit now?", "2 invitations are on the way.", "Quit");
    let place = team::place();
    let mut context = Context {
        now: team::now(),
        size: Size::new(80, 24),
        place: &place,
        is_live: false,
        mint: &mut Mint::new(Arc::new(SeededEntropy::new(1))),
        catalogue: &mut Catalogue::default(),
        outbox: &mut Outbox::default(),
        table: &mut Table::default(),
        effects: Vec::new(),
        named: Vec::new(),
        wishes: Vec::new(),
    };
    parse_keys(keys).into_iter().find_map(|key| question.key(key, &mut context))
}

#[test]
fn a_question_does_nothing_unless_yes_is_meant() {
    for keys in ["<enter>", "n", "<esc>", "q", "<tab><tab><enter>"] {
        assert_eq!(answered(keys), Some(PopupOutcome::Dismissed), "{keys}");
    }
    for keys in ["y", "<tab><enter>", "<right><enter>"] {
        assert_eq!(answered(keys), Some(PopupOutcome::Confirmed("test")), "{keys}");
    }
    for keys in ["Y", "<c-y>", "x", "<space>"] {
        assert_eq!(answered(keys), None, "{keys}");
    }
}

#[test]
fn a_question_names_the_profile_and_stands_on_cancel() {
    let place = team::place();
    let (catalogue, table) = (Catalogue::default(), Table::default());
    let look =
        Look { theme: tui::theme(), now: team::now(), place: &place, catalogue: &catalogue, table: &table };
    let question =
        Confirm::new("test", "Quit now?", "2 invitations are still on the way to the server.", "Quit");
    let mut canvas = Canvas::new(60, 15);
    let area = canvas.area();
    question.view(&mut canvas, area, &look);
    assert_snapshot!("question", format!("{}cursor {:?}", canvas.text(), canvas.cursor));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// DESIGN section 5: text from outside is harmless, and no size breaks the program.
    #[test]
    fn no_size_and_no_text_breaks_a_screen(
        size in (0_u16..=250, 0_u16..=250),
        names in proptest::collection::vec(("\\PC{0,60}", ".{0,40}", "[a-z李é\u{301}]{0,80}"), 0..30),
        keys in proptest::sample::select(vec![
            "", "j<enter>", "?", ":", "f", "fs", "s", "y", "/a", "G", "<enter>G", "<pagedown>k", ":messages<enter>",
        ]),
        theme in proptest::sample::select(vec![tui::theme(), tui::mono(), tui::ascii()]),
    ) {
        let users = names.into_iter().enumerate().map(|(n, (first, last, email))| {
            let mut user = team::user(n as u128, &first, &last, UserStatus::ALL[n % 6]);
            user.email = format!("{email}@{last}").into();
            user.unit = Some(team::unit(&first));
            user.invited_at = Some(team::before(5));
            user
        });
        let mut tui = Harness::start_at(FakeApi::new(users.collect()), team::place(), theme).settle();
        tui = tui.resize(size.0, size.1).keys(keys).advance(DEBOUNCE).settle();
        for (width, height) in [size, (size.1, size.0), (80, 24)] {
            tui = tui.resize(width, height);
            let canvas = tui.app.view();
            prop_assert_eq!((canvas.area().width, canvas.area().height), (width, height));
            let unsafe_cell = canvas.buffer.content().iter().find(|cell| {
                cell.symbol().chars().any(admit::domain::safe_text::is_unsafe)
            });
            prop_assert!(unsafe_cell.is_none(), "{:?}", unsafe_cell);
        }
    }
}
