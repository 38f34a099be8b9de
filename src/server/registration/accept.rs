//! Accepting an invitation: a password is chosen, or the account's is given; then the code is sent.

use jiff::SignedDuration;
use secrecy::{ExposeSecret, SecretString};

use super::passwords::SALT_BYTES;
use super::scene::{InvitationView, Opened};
use super::{Refused, Registrar, SIGN_INS_FROM, SIGN_INS_OF, Visitor};
use crate::domain::ids::WorkspaceId;
use crate::domain::password::check_password;
use crate::domain::status::UserState;
use crate::server::store::registration::{self, Acceptor};

/// What the invitee typed.
pub struct Acceptance {
    /// The new password, or that of the account.
    pub password: SecretString,
    /// The new password again; not looked at when there is an account.
    pub repeat: SecretString,
}

/// What is wrong with what was typed.
#[derive(Debug)]
pub struct WrongPassword {
    /// The page to show again.
    pub view: InvitationView,
    /// What to do about the password.
    pub password: Option<String>,
    /// What to do about its repetition.
    pub repeat: Option<String>,
    /// How long to wait, after too many wrong ones.
    pub wait: Option<SignedDuration>,
}

impl WrongPassword {
    fn password(view: InvitationView, what: &str) -> Self {
        Self { view, password: Some(what.to_owned()), repeat: None, wait: None }
    }
}

type Answer<T> = Result<T, Refused<WrongPassword>>;

impl Registrar {
    /// Accepts the invitation of link `token`: the user becomes `pending`, the link is used, the
    /// letter with the code is in the outbox, all in one transaction. Gives the token of the page
    /// that asks for the code.
    ///
    /// # Errors
    /// [`Refused::Wrong`] when the password is not taken; [`Refused::Closed`] when the link leads
    /// nowhere, also because it was used by somebody else in this moment.
    pub async fn accept(&self, token: &str, typed: Acceptance, visitor: Visitor) -> Answer<String> {
        let (workspace, ..) = self.read_link(token)?;
        let opened = {
            let mut tx = self.tools.store.read().await?;
            self.open(&mut tx, token).await?
        };
        let password_hash = match opened.invitee.account_password().map(str::to_owned) {
            Some(hash) => {
                self.sign_in(&opened, typed.password, hash, visitor).await?;
                None
            }
            None => Some(self.hash_new(&opened.view, typed).await?),
        };
        self.register(workspace, token, password_hash, visitor).await
    }

    async fn register(
        &self,
        workspace: WorkspaceId,
        token: &str,
        password_hash: Option<String>,
        visitor: Visitor,
    ) -> Answer<String> {
        let mut tx = self.tools.store.write(workspace).await?;
        let Opened { invitee, invitation, view } = self.open(&mut tx, token).await?;
        if view.has_account == password_hash.is_some() {
            // The account came, or changed, while the password was being worked on.
            let what = "an account with this address was made meanwhile; try again";
            return Err(Refused::Wrong(Box::new(WrongPassword::password(view, what))));
        }
        let now = self.tools.clock.now();
        registration::use_invitation(&mut tx, workspace, invitation.id).await?;
        let acceptor = Acceptor { user: invitee.user, password_hash };
        registration::make_pending(&mut tx, workspace, &acceptor).await?;
        let page = self.send_code(&mut tx, &invitee, now).await?;
        self.record(&mut tx, &invitee, visitor)
            .change("invitation.accepted", "registered; the address is to be verified", UserState::Pending)
            .await?;
        tx.commit().await?;
        self.tools.letters.notify_one();
        Ok(page)
    }

    async fn sign_in(
        &self,
        opened: &Opened,
        password: SecretString,
        hash: String,
        visitor: Visitor,
    ) -> Answer<()> {
        let now = self.tools.clock.now();
        let store = &self.tools.store;
        let account = format!("{} {}", opened.invitee.workspace, opened.invitee.email_key);
        let place = visitor.place();
        let mut counted = SIGN_INS_OF.count(store, &account, now).await?;
        if counted.is_ok() {
            counted = SIGN_INS_FROM.count(store, &place, now).await?;
        }
        if let Err(wait) = counted {
            let mut wrong = WrongPassword::password(opened.view.clone(), "too many tries; wait a while");
            wrong.wait = Some(wait);
            return Err(Refused::Wrong(Box::new(wrong)));
        }
        if !self.passwords.matches(password, hash).await? {
            let what = "this is not the password of your account; try again";
            return Err(Refused::Wrong(Box::new(WrongPassword::password(opened.view.clone(), what))));
        }
        SIGN_INS_FROM.give_back(store, &place).await?;
        Ok(SIGN_INS_OF.forgive(store, &account).await?)
    }

    async fn hash_new(&self, view: &InvitationView, typed: Acceptance) -> Answer<String> {
        let (password, repeat) = (typed.password.expose_secret(), typed.repeat.expose_secret());
        let weak = check_password(password).err().map(|weak| weak.to_string());
        let other = (weak.is_none() && password != repeat).then(|| "type the same password twice".to_owned());
        if weak.is_some() || other.is_some() {
            let wrong = WrongPassword { view: view.clone(), password: weak, repeat: other, wait: None };
            return Err(Refused::Wrong(Box::new(wrong)));
        }
        let mut salt = [0; SALT_BYTES];
        self.tools.entropy.fill(&mut salt);
        Ok(self.passwords.hash(typed.password, salt).await?)
    }
}
