//! The six statuses as a machine: random sequences of actions, with time passing and links used
//! twice, never leave what the rules say.

use jiff::SignedDuration;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::*;
use crate::academy::*;

/// What happens to the user.
#[derive(Clone, Copy, Debug)]
enum Step {
    Resend,
    Cancel,
    Delete,
    Reactivate,
    /// Sets an expiry date so many days on.
    Expire(u8),
    /// Takes the expiry date away.
    Extend,
    Edit,
    /// The invitee declines by the last link.
    Decline,
    /// Two browsers decline by the same link at once.
    DeclineTwice,
    /// Hours pass.
    Pass(u16),
    /// The last change that can be taken back is.
    Undo,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => Just(Step::Resend),
        2 => Just(Step::Cancel),
        2 => Just(Step::Delete),
        2 => Just(Step::Reactivate),
        1 => (1_u8..40).prop_map(Step::Expire),
        1 => Just(Step::Extend),
        1 => Just(Step::Edit),
        1 => Just(Step::Decline),
        1 => Just(Step::DeclineTwice),
        3 => (1_u16..400).prop_map(Step::Pass),
        2 => Just(Step::Undo),
    ]
}

/// The status and the actions that the rules allow from it, and where each leads.
fn allowed(step: Step, status: &str) -> bool {
    match step {
        Step::Resend => ["invited", "pending", "cancelled"].contains(&status),
        Step::Cancel => ["invited", "pending"].contains(&status),
        Step::Delete => status != "deleted",
        Step::Reactivate => status == "deleted",
        Step::Expire(_) | Step::Extend => ["active", "expired"].contains(&status),
        Step::Edit => status == "active",
        _ => true,
    }
}

async fn take(academy: &Academy, admin: &Caller, (n, step): (u128, Step), link: &mut Option<String>) {
    let before = status(admin, n).await;
    let answer = match step {
        Step::Resend => Some(post(admin, (n, "/invitation/resend"), &Value::Null).await),
        Step::Cancel => Some(post(admin, (n, "/invitation/cancel"), &Value::Null).await),
        Step::Delete => Some(change(admin, Method::DELETE, (n, ""), &Value::Null).await),
        Step::Reactivate => Some(post(admin, (n, "/reactivate"), &Value::Null).await),
        Step::Expire(days) => {
            let day = academy_day(academy, days);
            Some(edit_user(admin, n, &json!({ "expires_on": day })).await)
        }
        Step::Extend => Some(edit_user(admin, n, &json!({ "expires_on": null })).await),
        Step::Edit => Some(edit_user(admin, n, &json!({ "add_groups": [id(NIGHT_SHIFT)] })).await),
        Step::Pass(hours) => {
            academy.clock.advance(SignedDuration::from_hours(i64::from(hours)));
            None
        }
        Step::Decline | Step::DeclineTwice => {
            decline(academy, link.as_ref(), matches!(step, Step::DeclineTwice)).await;
            None
        }
        Step::Undo => {
            let listed = admin.read("changes?mine=true&undoable=true&limit=1").await;
            if let Some(change) = listed["items"].as_array().unwrap().first() {
                undo(admin, &text(&change["id"])).await;
            }
            None
        }
    };
    if let Some(answer) = answer {
        // Refused beyond the table: a mail a moment ago, or an expiry date that has passed.
        let also = [429, 422].contains(&answer.status) && answer.status != 409;
        let fits = answer.status == 200 || also;
        assert_eq!(fits, allowed(step, &before), "{step:?} from {before}: {}", answer.text());
    }
    let shown = admin.get(&format!("users/{}/invitation/link", id(n))).await;
    if shown.status == 200 {
        *link = Some(text(&shown.done()["link"]));
    }
}

fn academy_day(academy: &Academy, days: u8) -> String {
    use admit::domain::clock::Clock;
    let at = academy.clock.now() + SignedDuration::from_hours(24 * (i64::from(days) + 1));
    at.to_string().get(..10).unwrap().to_owned()
}

async fn decline(academy: &Academy, link: Option<&String>, twice: bool) {
    let Some(link) = link else { return };
    let send = async || Answer::of(academy.holder(None).http.post(format!("{link}/decline"))).await.status;
    if twice {
        let (a, b) = tokio::join!(send(), send());
        assert!(!(a == 200 && b == 200), "a link was used twice");
    } else {
        send().await;
    }
}

/// What holds after every step, whatever happened.
async fn check(academy: &Academy, admin: &Caller, n: u128) {
    let user = user(admin, n).await;
    let status = text(&user["status"]);
    let open = "SELECT state FROM invitations WHERE user_id = ? AND state = 'open'";
    let rows = academy.column(open, &id(n)).await;
    assert!(rows.len() <= 1, "at most one invitation is open");
    if ["cancelled", "deleted"].contains(&status.as_str()) {
        assert!(rows.is_empty(), "a {status} user has no open invitation");
    }
    assert_eq!(user["declined"] == true, status == "cancelled" && user["invitation"]["state"] == "declined");
    assert!(user["link_expired"] == false || status == "invited");
    let entries = academy.column("SELECT id FROM audit WHERE user_id = ? ORDER BY id", &id(n)).await;
    let version = user["version"].as_u64().unwrap();
    assert!(u64::try_from(entries.len()).unwrap() + 1 >= version, "every change is in the record");
}

#[test]
fn the_six_statuses_hold_under_any_sequence_of_actions() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let academy = runtime.block_on(Academy::open());
    let admin = runtime.block_on(academy.admin());
    let mut runner = TestRunner::new(Config { cases: 24, failure_persistence: None, ..Config::default() });
    let people = [INVITED, LATE, PENDING, CANCELLED, DELETED, EXPIRED, LEARNER, UNPLACED, 117, 112];
    let strategy = (prop::sample::select(people.to_vec()), prop::collection::vec(step(), 1..14));
    runner
        .run(&strategy, |(n, steps)| {
            runtime.block_on(async {
                let mut link = None;
                for step in steps {
                    take(&academy, &admin, (n, step), &mut link).await;
                    check(&academy, &admin, n).await;
                }
            });
            Ok(())
        })
        .unwrap();
}
