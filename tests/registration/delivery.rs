//! Delivery: back-off, refusals, leases, and real SMTP in every protection.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use admit::server::mail::{Answer, AnyMailer, Mail, MailFailure, MailSettings, Mailer};
use admit::server::store::outbox;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::desk::{Desk, Guest, Invited};
use crate::smtp_sink::{Fate, Protection, SmtpSink};

fn mailer(url: &str) -> AnyMailer {
    AnyMailer::open(&MailSettings::Smtp(url.parse().unwrap())).unwrap()
}

async fn plain_sink(desk: &Desk, script: &[Fate]) -> (SmtpSink, AnyMailer) {
    let sink = SmtpSink::start(Protection::Plain, script, desk.dir.path()).await;
    let mailer = mailer(&format!("smtp://{}", sink.address));
    (sink, mailer)
}

/// State, tries and last words of the user's first letter.
async fn letter(desk: &Desk, invited: &Invited) -> String {
    let sql = "SELECT state || ' ' || attempts || ' ' || COALESCE(answer, '') FROM letters WHERE user_id = ?";
    desk.rows(sql, invited.user).await.remove(0)
}

#[tokio::test]
async fn r9_a_letter_is_sent_once_and_the_mail_servers_words_are_kept() {
    let desk = Desk::open().await;
    let invited = desk.invite(Guest::default()).await;
    let (sink, mailer) = plain_sink(&desk, &[]).await;
    let outbox = desk.outbox(mailer);
    assert_eq!(outbox.deliver_due().await.unwrap(), 1);
    desk.clock.advance(SignedDuration::from_hours(24));
    assert_eq!(outbox.deliver_due().await.unwrap(), 0);
    assert_eq!(letter(&desk, &invited).await, "sent 1 250 2.0.0 queued as A1");
    let taken = sink.taken();
    assert_eq!(taken.len(), 1);
    assert!(taken[0].to.contains("<Ann.Lee@example.org>"), "{}", taken[0].to);
    assert!(taken[0].text.contains("Subject: Mara Jansen invites you to Nordwind Academy\r\n"));
    assert!(!taken[0].encrypted);
}

#[tokio::test]
async fn r9_a_temporary_refusal_is_tried_again_with_growing_waits() {
    let desk = Desk::open().await;
    let invited = desk.invite(Guest::default()).await;
    let (sink, mailer) = plain_sink(&desk, &[Fate::Later, Fate::Later]).await;
    let outbox = desk.outbox(mailer);
    assert_eq!(outbox.deliver_due().await.unwrap(), 0);
    assert_eq!(letter(&desk, &invited).await, "queued 1 451 4.3.0 try again later");
    desk.clock.advance(SignedDuration::from_secs(29));
    outbox.deliver_due().await.unwrap();
    assert!(letter(&desk, &invited).await.starts_with("queued 1"));
    desk.clock.advance(SignedDuration::from_secs(1));
    outbox.deliver_due().await.unwrap();
    assert!(letter(&desk, &invited).await.starts_with("queued 2"));
    desk.clock.advance(SignedDuration::from_secs(120));
    assert_eq!(outbox.deliver_due().await.unwrap(), 1);
    assert!(letter(&desk, &invited).await.starts_with("sent 3 250"));
    assert_eq!(sink.taken().len(), 1);
}

#[tokio::test]
async fn r9_a_permanent_refusal_is_final_and_its_words_are_harmless() {
    let desk = Desk::open().await;
    let invited = desk.invite(Guest::default()).await;
    let (sink, mailer) = plain_sink(&desk, &[Fate::Never]).await;
    let outbox = desk.outbox(mailer);
    outbox.deliver_due().await.unwrap();
    desk.clock.advance(SignedDuration::from_hours(24));
    outbox.deliver_due().await.unwrap();
    assert_eq!(letter(&desk, &invited).await, "failed 1 550 5.1.1 no such mailbox \u{241b}[2Jhere");
    assert!(sink.taken().is_empty());
}

#[tokio::test]
async fn r9_a_connection_that_breaks_in_the_text_is_tried_again() {
    let desk = Desk::open().await;
    let invited = desk.invite(Guest::default()).await;
    let (sink, mailer) = plain_sink(&desk, &[Fate::Break]).await;
    let outbox = desk.outbox(mailer);
    assert_eq!(outbox.deliver_due().await.unwrap(), 0);
    assert!(letter(&desk, &invited).await.starts_with("queued 1"));
    desk.clock.advance(SignedDuration::from_secs(30));
    assert_eq!(outbox.deliver_due().await.unwrap(), 1);
    assert_eq!(sink.taken().len(), 1);
}

#[tokio::test]
async fn r9_a_mail_server_that_is_not_there_loses_nothing() {
    let desk = Desk::open().await;
    let invited = desk.invite(Guest::default()).await;
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let outbox = desk.outbox(mailer(&format!("smtp://{free}")));
    for attempts in 1..=10 {
        assert!(!letter(&desk, &invited).await.starts_with("failed"), "given up before try {attempts}");
        assert_eq!(outbox.deliver_due().await.unwrap(), 0);
        desk.clock.advance(SignedDuration::from_hours(4));
    }
    assert!(letter(&desk, &invited).await.starts_with("failed 10"));
}

#[tokio::test]
async fn r9_many_letters_leave_each_once() {
    let desk = Desk::open().await;
    for n in 0..11 {
        desk.invite(Guest { email: &format!("guest{n}@example.org"), ..Guest::default() }).await;
    }
    let (sink, mailer) = plain_sink(&desk, &[]).await;
    assert_eq!(desk.outbox(mailer).deliver_due().await.unwrap(), 11);
    let mut recipients: Vec<String> = sink.taken().into_iter().map(|mail| mail.to).collect();
    recipients.sort();
    recipients.dedup();
    assert_eq!(recipients.len(), 11);
}

#[tokio::test]
async fn r9_starttls_and_tls_are_spoken_and_the_certificate_is_checked() {
    for (protection, scheme) in [(Protection::StartTls, "smtp+starttls"), (Protection::Tls, "smtps")] {
        let desk = Desk::open().await;
        let invited = desk.invite(Guest::default()).await;
        let sink = SmtpSink::start(protection, &[], desk.dir.path()).await;
        let url = format!("{scheme}://localhost:{}", sink.address.port());
        let untrusting = desk.outbox(mailer(&url));
        assert_eq!(untrusting.deliver_due().await.unwrap(), 0, "{protection:?}");
        assert!(letter(&desk, &invited).await.starts_with("queued 1"));
        desk.clock.advance(SignedDuration::from_secs(30));
        let trusting = desk.outbox(mailer(&format!("{url}?ca={}", sink.ca_file.display())));
        assert_eq!(trusting.deliver_due().await.unwrap(), 1, "{}", letter(&desk, &invited).await);
        let taken = sink.taken();
        assert_eq!((taken.len(), taken[0].encrypted), (1, true));
    }
}

#[tokio::test]
async fn r9_where_starttls_is_required_nothing_is_sent_without() {
    let desk = Desk::open().await;
    let invited = desk.invite(Guest::default()).await;
    let sink = SmtpSink::start(Protection::NoStartTls, &[], desk.dir.path()).await;
    let outbox = desk.outbox(mailer(&format!("smtp+starttls://127.0.0.1:{}", sink.address.port())));
    assert_eq!(outbox.deliver_due().await.unwrap(), 0);
    assert!(letter(&desk, &invited).await.starts_with("queued 1"));
    assert!(sink.taken().is_empty());
}

#[tokio::test]
async fn r9_the_servers_own_wrong_password_is_not_the_letters_end() {
    let desk = Desk::open().await;
    let invited = desk.invite(Guest::default()).await;
    let sink = SmtpSink::start(Protection::Plain, &[], desk.dir.path()).await;
    let wrong = desk.outbox(mailer(&format!("smtp://wrong:wrong@{}", sink.address)));
    wrong.deliver_due().await.unwrap();
    assert!(letter(&desk, &invited).await.starts_with("queued 1 535"), "{}", letter(&desk, &invited).await);
    desk.clock.advance(SignedDuration::from_secs(30));
    let right = desk.outbox(mailer(&format!("smtp://admit:secret@{}", sink.address)));
    assert_eq!(right.deliver_due().await.unwrap(), 1);
    assert_eq!(sink.sign_ins().len(), 1);
}

#[tokio::test]
async fn r9_a_worker_that_dies_after_claiming_delays_the_letter_by_its_lease() {
    let desk = Desk::open().await;
    desk.invite(Guest::default()).await;
    let claimed = claim(&desk).await;
    assert_eq!(claimed, 1);
    let outbox = desk.folder_outbox();
    assert_eq!(outbox.deliver_due().await.unwrap(), 0, "somebody else has it");
    desk.clock.advance(SignedDuration::from_mins(5));
    assert_eq!(outbox.deliver_due().await.unwrap(), 1);
    assert_eq!(desk.mails().len(), 1);
}

async fn claim(desk: &Desk) -> usize {
    use admit::domain::clock::Clock;
    let (now, lease) = (desk.clock.now(), SignedDuration::from_mins(5));
    let mut tx = desk.store.write(desk.workspace).await.unwrap();
    let claimed = outbox::claim(&mut tx, desk.workspace, now, now + lease, 4).await.unwrap();
    tx.commit().await.unwrap();
    claimed.len()
}

#[tokio::test]
async fn r9_no_more_letters_are_claimed_than_can_leave_within_the_lease() {
    let desk = Desk::open().await;
    for n in 0..40 {
        desk.invite(Guest { email: &format!("guest{n}@example.org"), ..Guest::default() }).await;
    }
    for _ in 0..10 {
        assert_eq!(claim(&desk).await, 4);
    }
    assert_eq!(claim(&desk).await, 0);
}

#[tokio::test]
async fn r9_a_second_copy_of_a_letter_has_the_same_id_and_replaces_its_file() {
    let desk = Desk::open().await;
    let invited = desk.invite(Guest::default()).await;
    let outbox = desk.folder_outbox();
    outbox.deliver_due().await.unwrap();
    let first = desk.mails();
    // As after a crash between sending and settling.
    desk.run("UPDATE letters SET state = 'queued' WHERE user_id = ?", &[&invited.user.to_string()]).await;
    desk.clock.advance(SignedDuration::from_mins(5));
    assert_eq!(outbox.deliver_due().await.unwrap(), 1);
    let second = desk.mails();
    assert_eq!(second.len(), 1);
    assert_eq!(first[0].0, second[0].0);
    assert_eq!(message_id(&first[0].1), message_id(&second[0].1));
}

fn message_id(mail: &str) -> Option<&str> {
    mail.lines().find(|line| line.starts_with("Message-ID: <"))
}

#[tokio::test]
async fn r9_mails_in_the_folder_are_their_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let desk = Desk::open().await;
    desk.invite(Guest::default()).await;
    desk.folder_outbox().deliver_due().await.unwrap();
    let mails = desk.mails();
    assert!(mails[0].0.starts_with("20261123-090000_Ann.Lee@example.org_"), "{}", mails[0].0);
    let path = desk.mail_dir().join(&mails[0].0);
    assert_eq!(std::fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
}

#[tokio::test]
async fn r9_no_mail_goes_out_for_an_invitation_that_is_no_longer_open() {
    for change in [
        "UPDATE invitations SET state = 'cancelled' WHERE user_id = ?",
        "UPDATE users SET state = 'cancelled', listed_as = 'cancelled' WHERE id = ?",
        "UPDATE users SET ends_at = 0 WHERE id = ?",
        "UPDATE invitations SET link_ends_at = 0 WHERE user_id = ?",
    ] {
        let desk = Desk::open().await;
        let invited = desk.invite(Guest::default()).await;
        desk.run(change, &[&invited.user.to_string()]).await;
        assert_eq!(desk.folder_outbox().deliver_due().await.unwrap(), 0);
        assert!(desk.mails().is_empty());
        assert_eq!(letter(&desk, &invited).await, "failed 1 the invitation is no longer open", "{change}");
    }
}

#[tokio::test]
async fn r11_no_mail_goes_out_for_a_code_that_was_replaced() {
    let desk = Desk::open().await;
    let browser = desk.browser().await;
    let invited = desk.invite(Guest::default()).await;
    let outbox = desk.folder_outbox();
    outbox.deliver_due().await.unwrap();
    let page = browser.register(&invited.token, "correct horse battery").await.location;
    desk.clock.advance(SignedDuration::from_secs(60));
    assert_eq!(browser.post(&format!("{page}/resend"), &[]).await.status, 303);
    assert_eq!(outbox.deliver_due().await.unwrap(), 1);
    let code = desk.code(invited.user).await;
    assert_eq!(desk.mails().iter().filter(|(_, mail)| mail.contains(&code)).count(), 1);
}

#[tokio::test]
async fn r9_an_address_that_cannot_be_sent_to_fails_with_words() {
    let desk = Desk::open().await;
    let invited = desk.invite(Guest { email: "no address", ..Guest::default() }).await;
    assert_eq!(desk.folder_outbox().deliver_due().await.unwrap(), 0);
    let letter = letter(&desk, &invited).await;
    assert!(letter.starts_with("failed 1 the address can't be sent to"), "{letter}");
}

/// Stops the clock's owner in the middle of a send, to look at what rests in the store then.
struct Watching<'a> {
    desk: &'a Desk,
    sends: AtomicUsize,
}

impl Mailer for Watching<'_> {
    async fn send(&self, _: &Mail) -> Result<Answer, MailFailure> {
        self.sends.fetch_add(1, Ordering::SeqCst);
        // A second worker finds nothing to do, and no transaction is open meanwhile.
        assert_eq!(claim(self.desk).await, 0);
        Err(MailFailure::temporary(&"x".repeat(5000)))
    }
}

#[tokio::test]
async fn r9_sending_holds_a_lease_and_no_transaction_and_words_are_bounded() {
    let desk = Desk::open().await;
    let invited = desk.invite(Guest::default()).await;
    let outbox = desk.outbox(Watching { desk: &desk, sends: AtomicUsize::new(0) });
    outbox.deliver_due().await.unwrap();
    let letter = letter(&desk, &invited).await;
    assert_eq!(letter.len(), "queued 1 ".len() + 300);
    let due = desk.database.numbers("SELECT due_at FROM letters", &[]).await;
    let due = Timestamp::from_microsecond(due[0]).unwrap();
    assert_eq!(due, "2026-11-23T09:00:30Z".parse().unwrap());
}

/// Tells of each mail.
struct Telling(tokio::sync::mpsc::UnboundedSender<String>);

impl Mailer for Telling {
    async fn send(&self, mail: &Mail) -> Result<Answer, MailFailure> {
        self.0.send(mail.recipient().to_owned()).unwrap();
        Ok(Answer(admit::domain::safe_text::SafeText::new("taken")))
    }
}

#[tokio::test]
async fn r9_the_worker_sends_when_woken_and_ends_when_told() {
    let desk = Desk::open().await;
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    let (outbox, wake) = (desk.outbox(Telling(tell)), Arc::new(Notify::new()));
    let stop = CancellationToken::new();
    let worker = {
        let (wake, stop) = (Arc::clone(&wake), stop.clone());
        tokio::spawn(async move { outbox.run(wake, stop).await })
    };
    for email in ["one@example.org", "two@example.org"] {
        desk.invite(Guest { email, ..Guest::default() }).await;
        wake.notify_one();
        assert_eq!(told.recv().await.as_deref(), Some(email));
    }
    stop.cancel();
    worker.await.unwrap();
    let states = desk.database.texts("SELECT state FROM letters", &[]).await;
    assert_eq!(states, ["sent", "sent"], "what was being sent was not settled");
}

#[tokio::test]
async fn r3_an_internationalised_domain_is_sent_to_in_its_ascii_form() {
    let desk = Desk::open().await;
    desk.invite(Guest { email: "ann@ex\u{e4}mple.org", ..Guest::default() }).await;
    let (sink, mailer) = plain_sink(&desk, &[]).await;
    assert_eq!(desk.outbox(mailer).deliver_due().await.unwrap(), 1);
    let taken = sink.taken().remove(0);
    assert!(taken.to.contains("<ann@xn--exmple-cua.org>"), "{}", taken.to);
    assert!(taken.text.is_ascii(), "a mail server without 8BITMIME could not take it");
}

#[tokio::test]
async fn r3_an_address_that_the_mail_server_cannot_take_fails_with_words() {
    let desk = Desk::open().await;
    let invited = desk.invite(Guest { email: "zo\u{eb}@example.org", ..Guest::default() }).await;
    let (sink, mailer) = plain_sink(&desk, &[]).await;
    assert_eq!(desk.outbox(mailer).deliver_due().await.unwrap(), 0);
    let letter = letter(&desk, &invited).await;
    assert!(letter.starts_with("failed 1") && letter.contains("SMTPUTF8"), "{letter}");
    assert!(sink.taken().is_empty());
}

#[tokio::test]
async fn a_mail_folder_that_cannot_be_made_is_refused_in_a_sentence() {
    let desk = Desk::open().await;
    let file = desk.dir.path().join("file");
    std::fs::write(&file, "").unwrap();
    let refused = AnyMailer::open(&MailSettings::Folder(file.join("mail"))).unwrap_err().to_string();
    assert!(refused.starts_with("the mail folder ") && refused.contains("can't be made"), "{refused}");
}

#[tokio::test]
async fn r11_a_code_does_not_wait_behind_the_invitations_of_a_batch() {
    let desk = Desk::open().await;
    let (browser, invited) = (desk.browser().await, desk.invite(Guest::default()).await);
    desk.folder_outbox().deliver_due().await.unwrap();
    for n in 0..40 {
        desk.invite(Guest { email: &format!("guest{n}@example.org"), ..Guest::default() }).await;
    }
    desk.clock.advance(SignedDuration::from_mins(14));
    browser.register(&invited.token, "correct horse battery").await;
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    assert_eq!(desk.outbox(Telling(tell)).deliver_due().await.unwrap(), 41);
    let mut first: Vec<String> = Vec::new();
    told.recv_many(&mut first, 4).await;
    assert!(first.contains(&"Ann.Lee@example.org".to_owned()), "{first:?}");
}

#[tokio::test]
async fn r9_the_batch_of_one_workspace_does_not_keep_another_waiting() {
    let mut desk = Desk::open().await;
    for n in 0..120 {
        desk.invite(Guest { email: &format!("guest{n}@example.org"), ..Guest::default() }).await;
    }
    desk.move_on().await;
    desk.invite(Guest::default()).await;
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    assert_eq!(desk.outbox(Telling(tell)).deliver_due().await.unwrap(), 121);
    let mut first: Vec<String> = Vec::new();
    told.recv_many(&mut first, 110).await;
    assert!(first.contains(&"Ann.Lee@example.org".to_owned()), "{first:?}");
}
