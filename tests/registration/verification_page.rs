//! Verifying the address by code or by mailed link, and what becoming active does.

use jiff::SignedDuration;

use crate::desk::{Browser, Desk, Guest, Invited};

const PASSWORD: &str = "correct horse battery";

/// Somebody who registered, and the path of the page that asks for the code.
async fn registered(desk: &Desk, browser: &Browser) -> (Invited, String) {
    let invited = desk.invite(Guest::default()).await;
    let page = browser.register(&invited.token, PASSWORD).await.location;
    (invited, page)
}

/// Some code that is not the right one.
fn other_code(code: &str) -> &'static str {
    if code == "000000" { "000001" } else { "000000" }
}

#[tokio::test]
async fn r8_r11_the_code_makes_the_user_active_and_enrolled_at_once() {
    let desk = Desk::open().await;
    let browser = desk.browser().await;
    let (invited, page) = registered(&desk, &browser).await;
    let shown = browser.get(&page).await;
    assert_eq!((shown.status, shown.html.contains("one-time-code")), (200, true));
    let code = desk.code(invited.user).await;
    let spaced = format!(" {} {}", &code[..3], &code[3..]);
    let done = browser.post(&page, &[("code", &spaced)]).await;
    assert_eq!((done.status, done.html.contains("Welcome to Nordwind Academy")), (200, true));
    assert!(done.html.contains("First aid"));
    assert_eq!(desk.state(invited.user).await, "active");
    assert_eq!(desk.enrolments(invited.user).await, ["enrolled", "enrolled"]);
    let version = desk.rows("SELECT CAST(version AS TEXT) FROM users WHERE id = ?", invited.user).await;
    assert_eq!(version, ["3"]);
}

#[tokio::test]
async fn r11_the_password_moves_to_the_account() {
    let desk = Desk::open().await;
    let browser = desk.browser().await;
    let (invited, page) = registered(&desk, &browser).await;
    let hash = desk.rows("SELECT password_hash FROM users WHERE id = ?", invited.user).await;
    let code = desk.code(invited.user).await;
    browser.post(&page, &[("code", &code)]).await;
    let account = desk
        .rows(
            "SELECT a.password_hash FROM accounts a JOIN users u ON u.account_id = a.id \
             WHERE u.id = ? AND u.password_hash IS NULL AND a.email = 'Ann.Lee@example.org' \
             AND a.email_key = 'ann.lee@example.org' AND a.first_name = 'Ann' AND a.last_name = 'Lee'",
            invited.user,
        )
        .await;
    assert_eq!(account, hash);
}

#[tokio::test]
async fn r11_an_existing_account_is_linked_and_keeps_its_password() {
    let desk = Desk::open().await;
    let browser = desk.browser().await;
    desk.give_account("ann.lee@example.org", Some(PASSWORD)).await;
    let before = account_passwords(&desk).await;
    let (invited, page) = registered(&desk, &browser).await;
    let code = desk.code(invited.user).await;
    assert_eq!(browser.post(&page, &[("code", &code)]).await.status, 200);
    assert_eq!(account_passwords(&desk).await, before);
    let linked = desk.rows("SELECT account_id FROM users WHERE id = ?", invited.user).await;
    assert_eq!(linked, [uuid::Uuid::from_u128(99).to_string()]);
}

#[tokio::test]
async fn r11_an_account_that_came_after_the_registration_keeps_its_password() {
    let desk = Desk::open().await;
    let browser = desk.browser().await;
    let (invited, page) = registered(&desk, &browser).await;
    desk.give_account("ann.lee@example.org", Some("made elsewhere meanwhile")).await;
    let before = account_passwords(&desk).await;
    let code = desk.code(invited.user).await;
    assert_eq!(browser.post(&page, &[("code", &code)]).await.status, 200);
    assert_eq!(account_passwords(&desk).await, before);
    assert_eq!(desk.state(invited.user).await, "active");
}

#[tokio::test]
async fn r4_the_names_of_an_account_become_the_users() {
    let desk = Desk::open().await;
    let browser = desk.browser().await;
    let invited = desk.invite(Guest { first_name: "A.", last_name: "L.", ..Guest::default() }).await;
    let page = browser.register(&invited.token, PASSWORD).await.location;
    desk.give_account("ann.lee@example.org", None).await;
    let code = desk.code(invited.user).await;
    assert_eq!(browser.post(&page, &[("code", &code)]).await.status, 200);
    let sql = "SELECT first_name || '|' || last_name || '|' || name_key || '|' || search_text FROM users WHERE id = ?";
    assert_eq!(desk.rows(sql, invited.user).await, ["Ann|Lee|ann lee|ann lee ann.lee@example.org"]);
    let grams = "SELECT g.gram FROM search_grams g JOIN users u ON u.workspace_id = g.workspace_id \
                 WHERE g.form = 'lee' AND u.id = ?";
    assert_eq!(desk.rows(grams, invited.user).await, ["lee"], "what they are searched by goes with them");
    assert!(account_passwords(&desk).await[0].is_some(), "an account without a password gets the chosen one");
}

async fn account_passwords(desk: &Desk) -> Vec<Option<String>> {
    let sql = "SELECT COALESCE(password_hash, '') FROM accounts WHERE email_key = 'ann.lee@example.org'";
    let rows = desk.database.texts(sql, &[]).await;
    rows.into_iter().map(|hash| Some(hash).filter(|hash| !hash.is_empty())).collect()
}

#[tokio::test]
async fn r11_the_mailed_link_verifies_by_its_button_only() {
    let desk = Desk::open().await;
    let browser = desk.browser().await;
    let (invited, _) = registered(&desk, &browser).await;
    let path = desk.mailed_path(invited.user).await;
    for _ in 0..3 {
        assert_eq!(browser.get(&path).await.status, 200);
        assert_eq!(browser.head(&path).await.status, 200);
    }
    assert_eq!(desk.state(invited.user).await, "pending");
    assert_eq!(browser.post(&path, &[]).await.status, 200);
    assert_eq!(desk.state(invited.user).await, "active");
    let again = browser.post(&path, &[]).await;
    assert_eq!((again.status, again.html.contains("You are registered")), (410, true));
}

#[tokio::test]
async fn r11_the_page_that_follows_registration_does_not_verify_by_itself() {
    let desk = Desk::open().await;
    let browser = desk.browser().await;
    let (invited, page) = registered(&desk, &browser).await;
    let token = page.trim_start_matches("/v/");
    assert_eq!(browser.post(&format!("/verify/{token}"), &[]).await.status, 404);
    assert!(!browser.get(&page).await.html.contains(&desk.code(invited.user).await));
    assert_eq!(desk.state(invited.user).await, "pending");
}

#[tokio::test]
async fn r11_five_wrong_codes_and_the_right_one_is_refused_too() {
    let desk = Desk::open().await;
    let browser = desk.browser().await;
    let (invited, page) = registered(&desk, &browser).await;
    let code = desk.code(invited.user).await;
    let wrong = other_code(&code);
    for left in ["4 tries", "3 tries", "2 tries", "one try"] {
        let shown = browser.post(&page, &[("code", wrong)]).await;
        assert_eq!(shown.status, 422);
        assert!(shown.html.contains(&format!("{left} left")), "{}", shown.html);
        assert!(shown.html.contains(&format!("value=\"{wrong}\"")), "what was typed is lost");
    }
    assert_eq!(browser.post(&page, &[("code", wrong)]).await.status, 429);
    let refused = browser.post(&page, &[("code", &code)]).await;
    assert_eq!((refused.status, refused.html.contains("send a new code")), (429, true));
    assert_eq!(desk.state(invited.user).await, "pending");
}

#[tokio::test]
async fn r11_wrong_codes_tried_at_once_are_all_counted() {
    let desk = Desk::open().await;
    let browser = desk.browser().await;
    let (invited, page) = registered(&desk, &browser).await;
    let code = desk.code(invited.user).await;
    let fields = [("code", other_code(&code))];
    let tries = futures_util::future::join_all((0..12).map(|_| browser.post(&page, &fields))).await;
    assert_eq!(tries.iter().filter(|shown| shown.status == 422).count(), 4);
    assert_eq!(browser.post(&page, &[("code", &code)]).await.status, 429);
}

#[tokio::test]
async fn r11_another_code_is_sent_at_most_once_a_minute_and_replaces_the_first() {
    let desk = Desk::open().await;
    let browser = desk.browser().await;
    let (invited, page) = registered(&desk, &browser).await;
    let first = desk.code(invited.user).await;
    let resend = format!("{page}/resend");
    let soon = browser.post(&resend, &[]).await;
    assert_eq!((soon.status, soon.html.contains("in 61 seconds")), (429, true), "{}", soon.html);
    assert!(soon.headers.contains_key("retry-after"));
    desk.clock.advance(SignedDuration::from_secs(60));
    let sent = browser.post(&resend, &[]).await;
    assert_eq!(sent.status, 303);
    assert_ne!(sent.location, page);
    let second = desk.code(invited.user).await;
    if first != second {
        assert_eq!(browser.post(&page, &[("code", &first)]).await.status, 422);
    }
    assert_eq!(browser.post(&page, &[("code", &second)]).await.status, 200, "an old tab takes the new code");
    let record = desk.rows("SELECT action FROM audit WHERE user_id = ? ORDER BY at, id", invited.user).await;
    assert_eq!(record, ["invitation.accepted", "verification.sent", "user.activated"]);
}

#[tokio::test]
async fn r11_the_link_of_an_earlier_mail_is_void_and_leads_to_the_page_of_the_later_code() {
    let desk = Desk::open().await;
    let browser = desk.browser().await;
    let (invited, page) = registered(&desk, &browser).await;
    let first = desk.mailed_path(invited.user).await;
    desk.clock.advance(SignedDuration::from_secs(61));
    let latest = browser.post(&format!("{page}/resend"), &[]).await.location;
    for shown in [browser.get(&first).await, browser.post(&first, &[]).await] {
        assert_eq!((shown.status, shown.html.contains("This link was replaced")), (410, true));
        assert!(shown.html.contains(&latest), "{}", shown.html);
    }
    assert_eq!(desk.state(invited.user).await, "pending");
    let second = desk.mailed_path(invited.user).await;
    assert_eq!(browser.post(&second, &[]).await.status, 200);
}

#[tokio::test]
async fn r11_code_and_link_run_out_after_fifteen_minutes() {
    let desk = Desk::open().await;
    let browser = desk.browser().await;
    let (invited, page) = registered(&desk, &browser).await;
    let (code, mailed) = (desk.code(invited.user).await, desk.mailed_path(invited.user).await);
    desk.clock.advance(SignedDuration::from_mins(15));
    let late = browser.post(&page, &[("code", &code)]).await;
    assert_eq!((late.status, late.html.contains("the code has run out")), (410, true));
    for shown in [browser.get(&mailed).await, browser.post(&mailed, &[]).await] {
        assert_eq!((shown.status, shown.html.contains("This link has run out")), (410, true));
        assert!(shown.html.contains("/v/"), "there is no way on to a new code");
    }
    assert_eq!(desk.state(invited.user).await, "pending");
    assert_eq!(browser.post(&format!("{page}/resend"), &[]).await.status, 303);
    let code = desk.code(invited.user).await;
    assert_eq!(browser.post(&page, &[("code", &code)]).await.status, 200);
}

#[tokio::test]
async fn r10_two_verifications_at_once_activate_once() {
    let desk = Desk::open().await;
    let browser = desk.browser().await;
    let (invited, page) = registered(&desk, &browser).await;
    let (code, mailed) = (desk.code(invited.user).await, desk.mailed_path(invited.user).await);
    let fields = [("code", code.as_str())];
    let (by_code, by_link) = tokio::join!(browser.post(&page, &fields), browser.post(&mailed, &[]));
    let mut statuses = [by_code.status, by_link.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 410]);
    assert_eq!(account_passwords(&desk).await.len(), 1);
    let record = desk.rows("SELECT action FROM audit WHERE user_id = ? ORDER BY at, id", invited.user).await;
    assert_eq!(record.iter().filter(|action| *action == "user.activated").count(), 1);
}

#[tokio::test]
async fn r7_a_pending_user_whose_access_ended_is_told() {
    let desk = Desk::open().await;
    let browser = desk.browser().await;
    let guest = Guest { ends_in: Some(SignedDuration::from_mins(10)), ..Guest::default() };
    let invited = desk.invite(guest).await;
    let page = browser.register(&invited.token, PASSWORD).await.location;
    let code = desk.code(invited.user).await;
    desk.clock.advance(SignedDuration::from_mins(10));
    let shown = browser.post(&page, &[("code", &code)]).await;
    assert_eq!((shown.status, shown.html.contains("The access has ended")), (410, true));
    assert_eq!(desk.state(invited.user).await, "pending");
    assert_eq!(desk.enrolments(invited.user).await, ["planned", "planned"]);
}

#[tokio::test]
async fn r11_a_cancelled_user_cannot_verify() {
    let desk = Desk::open().await;
    let browser = desk.browser().await;
    let (invited, page) = registered(&desk, &browser).await;
    let code = desk.code(invited.user).await;
    desk.run(
        "UPDATE users SET state = 'cancelled', listed_as = 'cancelled' WHERE id = ?",
        &[&invited.user.to_string()],
    )
    .await;
    for shown in [browser.get(&page).await, browser.post(&page, &[("code", &code)]).await] {
        assert_eq!((shown.status, shown.html.contains("was withdrawn")), (410, true));
    }
    assert_eq!(browser.post(&format!("{page}/resend"), &[]).await.status, 410);
}
