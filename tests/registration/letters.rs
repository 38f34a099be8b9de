//! What the mails say, and that nothing typed can add to their headers.

use crate::desk::{Desk, Guest};

/// The mail in readable lines, without its link.
fn settled(mail: &str, token: &str) -> String {
    // Quoted-printable folds long lines; the link is easier to find without.
    mail.replace("=\r\n", "").replace("\r\n", "\n").replace(token, "TOKEN").replace("=3D", "=")
}

#[tokio::test]
async fn r9_the_invitation_is_multipart_text_and_html() {
    let desk = Desk::open().await;
    let invited = desk.invite(Guest { first_name: "Zoë", ..Guest::default() }).await;
    assert_eq!(desk.folder_outbox().deliver_due().await.unwrap(), 1);
    let mails = desk.mails();
    assert_eq!(mails.len(), 1);
    let mail = settled(&mails[0].1, &invited.token);
    assert_eq!(mail.matches("\nContent-Type: multipart/alternative").count(), 1);
    insta::assert_snapshot!("invitation_mail", mail);
}

#[tokio::test]
async fn r11_the_verification_has_code_and_link() {
    let desk = Desk::open().await;
    let invited = desk.invite(Guest::default()).await;
    let outbox = desk.folder_outbox();
    outbox.deliver_due().await.unwrap();
    desk.browser().await.register(&invited.token, "correct horse battery").await;
    assert_eq!(outbox.deliver_due().await.unwrap(), 1);
    let code = desk.code(invited.user).await;
    let path = desk.mailed_path(invited.user).await;
    let (_, mail) = desk
        .mails()
        .into_iter()
        .find(|(_, mail)| mail.contains("is your code"))
        .expect("a mail with the code");
    let mail = settled(&mail, path.trim_start_matches("/verify/")).replace(&code, "CODE");
    insta::assert_snapshot!("verification_mail", mail);
}

#[tokio::test]
async fn r9_a_name_adds_no_header_and_no_control_character() {
    let desk = Desk::open().await;
    let evil = "Ann\r\nBcc: spy@example.org\r\n\r\n<b>\u{1b}[2J\u{202e}";
    desk.invite(Guest { first_name: evil, last_name: "\"Lee\" <x@example.org>,", ..Guest::default() }).await;
    desk.run("UPDATE workspaces SET name = ?", &["Academy\r\nX-Injected: yes"]).await;
    assert_eq!(desk.folder_outbox().deliver_due().await.unwrap(), 1);
    let (_, mail) = desk.mails().remove(0);
    let (headers, body) = mail.split_once("\r\n\r\n").unwrap();
    let names: Vec<&str> = headers
        .lines()
        .filter(|line| !line.starts_with([' ', '\t']))
        .map(|line| line.split(':').next().unwrap())
        .collect();
    assert_eq!(
        names,
        ["Message-ID", "Date", "From", "To", "Subject", "Auto-Submitted", "MIME-Version", "Content-Type"]
    );
    assert!(!mail.contains('\u{1b}') && !mail.contains("=1B"));
    assert!(body.contains("&lt;b&gt;"));
    // U+202E in UTF-8.
    assert!(!mail.contains("=E2=80=AE"));
}

#[tokio::test]
async fn r10_no_link_rests_in_the_database() {
    let desk = Desk::open().await;
    let invited = desk.invite(Guest::default()).await;
    desk.folder_outbox().deliver_due().await.unwrap();
    desk.browser().await.register(&invited.token, "correct horse battery").await;
    let mailed = desk.mailed_path(invited.user).await;
    let code = desk.code(invited.user).await;
    let bytes = desk.database.bytes().await;
    let holds = |needle: &str| bytes.windows(needle.len()).any(|window| window == needle.as_bytes());
    assert!(holds("Ann.Lee@example.org"), "the search itself works");
    assert!(!holds(&invited.token) && !holds(mailed.trim_start_matches("/verify/")));
    // Alone among other digits a code could stand by chance; as a value of its own it may not.
    assert!(!holds(&format!("\"{code}\"")));
}
