//! The page of an invitation: seeing, accepting, declining, and every state of its link.

use jiff::SignedDuration;

use crate::desk::{Desk, Guest};

const PASSWORD: &str = "correct horse battery";

#[tokio::test]
async fn r11_the_page_says_who_invites_whom_to_what() {
    let desk = Desk::open().await;
    let invited = desk.invite(Guest::default()).await;
    let page = desk.browser().await.get(&format!("/i/{}", invited.token)).await;
    assert_eq!(page.status, 200);
    for words in ["Mara Jansen", "Nordwind Academy", "Nordwind", "Ann", "Ann.Lee@example.org", "First aid"] {
        assert!(page.html.contains(words), "{words} is missing in {}", page.html);
    }
    assert!(!page.html.contains("Cooking"));
    assert!(page.html.contains("Monday 7 December 2026, 10:00 (CET)"));
}

#[tokio::test]
async fn a_page_runs_nothing_and_is_kept_nowhere() {
    let desk = Desk::open().await;
    let invited = desk.invite(Guest::default()).await;
    let page = desk.browser().await.get(&format!("/i/{}", invited.token)).await;
    assert_eq!(
        page.headers["content-security-policy"],
        "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    );
    assert_eq!(page.headers["referrer-policy"], "no-referrer");
    assert_eq!(page.headers["cache-control"], "no-store");
    assert_eq!(page.headers["x-content-type-options"], "nosniff");
    assert!(!page.html.contains("<script"));
    assert!(!page.html.contains("style="));
    assert!(page.html.contains("name=\"viewport\""));
}

#[tokio::test]
async fn r10_looking_changes_nothing_however_often() {
    let desk = Desk::open().await;
    let invited = desk.invite(Guest::default()).await;
    let browser = desk.browser().await;
    for path in [format!("/i/{}", invited.token), format!("/i/{}/decline", invited.token)] {
        for _ in 0..3 {
            assert_eq!(browser.get(&path).await.status, 200);
            assert_eq!(browser.head(&path).await.status, 200);
        }
    }
    assert_eq!(desk.state(invited.user).await, "invited");
    assert_eq!(desk.invitation_state(invited.user).await, "open");
    assert!(desk.rows("SELECT action FROM audit WHERE user_id = ?", invited.user).await.is_empty());
    assert_eq!(browser.register(&invited.token, PASSWORD).await.status, 303);
}

#[tokio::test]
async fn r11_a_password_makes_the_user_pending_and_the_link_used() {
    let desk = Desk::open().await;
    let invited = desk.invite(Guest::default()).await;
    let browser = desk.browser().await;
    let answer = browser.register(&invited.token, PASSWORD).await;
    assert_eq!(answer.status, 303);
    assert!(answer.location.starts_with("/v/"), "{}", answer.location);
    assert_eq!(desk.state(invited.user).await, "pending");
    assert_eq!(desk.invitation_state(invited.user).await, "used");
    assert_eq!(desk.enrolments(invited.user).await, ["planned", "planned"]);
    let hash = desk.rows("SELECT password_hash FROM users WHERE id = ?", invited.user).await.concat();
    assert!(hash.starts_with("$argon2id$"), "{hash}");
    let letters =
        desk.rows("SELECT kind FROM letters WHERE user_id = ? ORDER BY created_at, id", invited.user);
    assert_eq!(letters.await, ["invitation", "verification"]);
}

#[tokio::test]
async fn r13_accepting_is_in_the_record_with_the_invitee_and_the_page() {
    let desk = Desk::open().await;
    let invited = desk.invite(Guest::default()).await;
    desk.browser().await.register(&invited.token, PASSWORD).await;
    let record = desk
        .rows(
            "SELECT action || ' ' || actor || ' ' || origin || ' ' || before || ' ' || after \
             FROM audit WHERE user_id = ?",
            invited.user,
        )
        .await;
    let expected = "invitation.accepted Ann.Lee@example.org page 127.0.0.1 \
                    {\"status\":\"invited\"} {\"status\":\"pending\"}";
    assert_eq!(record, [expected]);
}

#[tokio::test]
async fn r11_a_weak_or_differing_password_is_said_beside_its_field_and_nothing_changes() {
    let desk = Desk::open().await;
    let invited = desk.invite(Guest::default()).await;
    let browser = desk.browser().await;
    let path = format!("/i/{}", invited.token);
    for (password, repeat, id, words) in [
        ("short", "short", "password-error", "use at least 12 characters"),
        (PASSWORD, "correct horse", "repeat-error", "type the same password twice"),
    ] {
        let page = browser.post(&path, &[("password", password), ("password_again", repeat)]).await;
        assert_eq!(page.status, 422);
        assert!(page.html.contains(&format!("id=\"{id}\" role=\"alert\">{words}")), "{}", page.html);
        assert!(page.html.contains("aria-invalid=\"true\""));
        assert!(!page.html.contains(&format!("value=\"{password}\"")), "the password came back");
    }
    assert_eq!(desk.state(invited.user).await, "invited");
    let unreadable = browser.post(&path, &[("pass", "x")]).await;
    assert_eq!(unreadable.status, 400);
}

#[tokio::test]
async fn r11_an_invitee_with_an_account_signs_in_with_it() {
    let desk = Desk::open().await;
    let invited = desk.invite(Guest::default()).await;
    desk.give_account("ann.lee@example.org", Some(PASSWORD)).await;
    let browser = desk.browser().await;
    let path = format!("/i/{}", invited.token);
    let page = browser.get(&path).await;
    assert!(page.html.contains("current-password") && !page.html.contains("name=\"password_again\""));
    let wrong = browser.post(&path, &[("password", "something else entirely")]).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.html.contains("not the password of your account"));
    assert_eq!(browser.post(&path, &[("password", PASSWORD)]).await.status, 303);
    assert_eq!(desk.state(invited.user).await, "pending");
}

#[tokio::test]
async fn r11_guessing_an_accounts_password_is_limited() {
    let desk = Desk::open().await;
    let invited = desk.invite(Guest::default()).await;
    desk.give_account("ann.lee@example.org", Some(PASSWORD)).await;
    // Whichever server is asked.
    let (browser, other) = (desk.browser().await, desk.browser().await);
    let path = format!("/i/{}", invited.token);
    for n in 0..10 {
        let asked = if n % 2 == 0 { &browser } else { &other };
        assert_eq!(asked.post(&path, &[("password", "a guess at a password")]).await.status, 422);
    }
    let limited = browser.post(&path, &[("password", PASSWORD)]).await;
    assert_eq!(limited.status, 429);
    assert!(limited.headers.contains_key("retry-after"));
    assert_eq!(desk.state(invited.user).await, "invited");
    desk.clock.advance(SignedDuration::from_mins(15));
    assert_eq!(browser.post(&path, &[("password", PASSWORD)]).await.status, 303);
}

#[tokio::test]
async fn r11_many_who_sign_in_rightly_from_one_place_are_no_guessers() {
    let desk = Desk::open().await;
    let invited = desk.invite(Guest::default()).await;
    desk.give_account("ann.lee@example.org", Some(PASSWORD)).await;
    let (browser, path) = (desk.browser().await, format!("/i/{}", invited.token));
    for n in 0..60 {
        assert_eq!(browser.post(&path, &[("password", PASSWORD)]).await.status, 303, "{n}");
        let user = invited.user.to_string();
        desk.run("UPDATE users SET state = 'invited', listed_as = 'invited' WHERE id = ?", &[&user]).await;
        desk.run("UPDATE invitations SET state = 'open' WHERE user_id = ?", &[&user]).await;
    }
}

#[tokio::test]
async fn r10_two_at_once_register_once() {
    let desk = Desk::open().await;
    let invited = desk.invite(Guest::default()).await;
    let browser = desk.browser().await;
    let (first, second) = tokio::join!(
        browser.register(&invited.token, PASSWORD),
        browser.register(&invited.token, "another password here")
    );
    let mut statuses = [first.status, second.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 409]);
    let accepted = desk.rows("SELECT action FROM audit WHERE user_id = ?", invited.user).await;
    assert_eq!(accepted, ["invitation.accepted"]);
    let codes = desk.rows("SELECT id FROM verifications WHERE user_id = ?", invited.user).await;
    assert_eq!(codes.len(), 1);
}

#[tokio::test]
async fn r10_a_used_link_leads_on_to_the_verification() {
    let desk = Desk::open().await;
    let invited = desk.invite(Guest::default()).await;
    let browser = desk.browser().await;
    let next = browser.register(&invited.token, PASSWORD).await.location;
    let page = browser.get(&format!("/i/{}", invited.token)).await;
    assert_eq!(page.status, 409);
    assert!(page.html.contains("This invitation was used") && page.html.contains(&next));
    assert_eq!(browser.register(&invited.token, PASSWORD).await.status, 409);
}

#[tokio::test]
async fn r10_a_forged_or_unknown_link_is_not_found() {
    let desk = Desk::open().await;
    let invited = desk.invite(Guest::default()).await;
    let browser = desk.browser().await;
    let stranger = desk.secret.invitation_token(
        desk.workspace,
        admit::domain::ids::InvitationId::new(uuid::Uuid::from_u128(5)),
        1,
    );
    let other = admit::server::secret::ServerSecret::from_bytes([8; 32]);
    let forged = other.invitation_token(desk.workspace, invited.invitation, 1);
    for token in [stranger.as_str(), &forged, "x", &invited.token[..40]] {
        for path in [format!("/i/{token}"), format!("/v/{token}"), format!("/verify/{token}")] {
            let page = browser.get(&path).await;
            assert_eq!(page.status, 404, "{path}");
            assert!(page.html.contains("This link is unknown"));
            assert!(!page.html.contains("Nordwind"));
        }
        assert_eq!(browser.register(token, PASSWORD).await.status, 404);
    }
}

#[tokio::test]
async fn r10_a_link_past_its_lifetime_says_so() {
    let desk = Desk::open().await;
    let invited = desk.invite(Guest::default()).await;
    let browser = desk.browser().await;
    desk.clock.advance(SignedDuration::from_hours(14 * 24));
    let page = browser.get(&format!("/i/{}", invited.token)).await;
    assert_eq!(page.status, 410);
    assert!(page.html.contains("has run out") && page.html.contains("ask Mara Jansen for a new invitation"));
    assert_eq!(browser.register(&invited.token, PASSWORD).await.status, 410);
    assert_eq!(desk.state(invited.user).await, "invited");
}

#[tokio::test]
async fn r10_a_cancelled_or_replaced_link_says_so() {
    let desk = Desk::open().await;
    let invited = desk.invite(Guest::default()).await;
    let browser = desk.browser().await;
    let user = invited.user.to_string();
    desk.run("UPDATE invitations SET link_number = 2 WHERE user_id = ?", &[&user]).await;
    let replaced = browser.get(&format!("/i/{}", invited.token)).await;
    assert_eq!((replaced.status, replaced.html.contains("This link was replaced")), (410, true));
    desk.run("UPDATE invitations SET state = 'cancelled' WHERE user_id = ?", &[&user]).await;
    desk.run("UPDATE users SET state = 'cancelled', listed_as = 'cancelled' WHERE id = ?", &[&user]).await;
    let cancelled = browser.register(&invited.token, PASSWORD).await;
    assert_eq!((cancelled.status, cancelled.html.contains("was withdrawn")), (410, true));
}

#[tokio::test]
async fn r7_the_link_stops_when_the_access_ends() {
    let desk = Desk::open().await;
    let guest = Guest { ends_in: Some(SignedDuration::from_hours(48)), ..Guest::default() };
    let invited = desk.invite(guest).await;
    let browser = desk.browser().await;
    desk.clock.advance(SignedDuration::from_hours(47));
    assert_eq!(browser.get(&format!("/i/{}", invited.token)).await.status, 200);
    desk.clock.advance(SignedDuration::from_hours(1));
    let page = browser.register(&invited.token, PASSWORD).await;
    assert_eq!((page.status, page.html.contains("The access has ended")), (410, true));
    assert_eq!(desk.state(invited.user).await, "invited");
}

#[tokio::test]
async fn r11_declining_asks_once_and_is_in_the_record() {
    let desk = Desk::open().await;
    let invited = desk.invite(Guest::default()).await;
    let browser = desk.browser().await;
    let path = format!("/i/{}/decline", invited.token);
    let asked = browser.get(&path).await;
    assert_eq!((asked.status, desk.state(invited.user).await.as_str()), (200, "invited"));
    let declined = browser.post(&path, &[]).await;
    assert_eq!((declined.status, declined.html.contains("You declined")), (200, true));
    assert_eq!(desk.state(invited.user).await, "cancelled");
    assert_eq!(desk.invitation_state(invited.user).await, "declined");
    let record = desk.rows("SELECT action || ' ' || actor FROM audit WHERE user_id = ?", invited.user).await;
    assert_eq!(record, ["invitation.declined Ann.Lee@example.org"]);
    for page in [browser.get(&format!("/i/{}", invited.token)).await, browser.post(&path, &[]).await] {
        assert_eq!((page.status, page.html.contains("was declined")), (410, true));
    }
}

#[tokio::test]
async fn words_from_outside_are_shown_harmless() {
    let desk = Desk::open().await;
    let name = "<b>Ann</b>\u{1b}[31m\u{202e}\"'";
    let invited = desk.invite(Guest { first_name: name, ..Guest::default() }).await;
    desk.run("UPDATE courses SET title = ?", &["<script>alert(1)</script>"]).await;
    let page = desk.browser().await.get(&format!("/i/{}", invited.token)).await;
    assert!(page.html.contains("&lt;b&gt;Ann&lt;"), "{}", page.html);
    for raw in ["<b>", "<script", "\u{1b}", "\u{202e}"] {
        assert!(!page.html.contains(raw), "{raw:?}");
    }
}

#[tokio::test]
async fn trouble_of_the_server_is_told_without_its_details() {
    let desk = Desk::open().await;
    let invited = desk.invite(Guest::default()).await;
    let browser = desk.browser().await;
    desk.run("UPDATE invitations SET link_ends_at = 9223372036854775807", &[]).await;
    let page = browser.get(&format!("/i/{}", invited.token)).await;
    assert_eq!((page.status, page.html.contains("Something went wrong on our side")), (500, true));
    assert!(!page.html.contains("9223372036854775807") && !page.html.contains("makes no sense"));
}

#[tokio::test]
async fn the_style_sheet_is_served_from_here() {
    let desk = Desk::open().await;
    let style = desk.browser().await.get("/style.css").await;
    assert_eq!(
        (style.status, style.headers["content-type"].to_str().unwrap()),
        (200, "text/css; charset=utf-8")
    );
    assert!(style.html.contains("prefers-color-scheme: dark") && style.html.contains(":focus-visible"));
}
