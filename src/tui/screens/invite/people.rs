//! Who the form is about: names proposed from the address, people pasted one by one or many at once.

use std::collections::VecDeque;

use super::state::State;
use crate::domain::email::EmailAddress;
use crate::domain::pasted_person::{PastedPerson, propose_names, read_pasted};
use crate::tui::context::{Context, Tone};
use crate::tui::parts::line_edit::LineEdit;
use crate::tui::parts::text::counted;

impl State {
    /// Proposes names from the address, each until another one is typed.
    pub(super) fn propose(&mut self) {
        let email = EmailAddress::parse(self.form.email.value()).ok();
        let (first, last) = email.and_then(|email| propose_names(&email)).unwrap_or_default();
        for (line, name) in [(&mut self.form.first_name, first), (&mut self.form.last_name, last)] {
            if line.is_empty() || line.is_proposal() {
                *line = LineEdit::proposal(&name);
            }
        }
    }

    /// Puts a pasted person into the form.
    pub(super) fn put(&mut self, person: &PastedPerson, context: &mut Context<'_>) {
        self.form.email = LineEdit::new(&person.email);
        if person.first_name.is_some() || person.last_name.is_some() {
            self.form.first_name = LineEdit::new(person.first_name.as_deref().unwrap_or_default());
            self.form.last_name = LineEdit::new(person.last_name.as_deref().unwrap_or_default());
        } else {
            self.propose();
        }
        self.changed(context);
        self.check.left(context);
    }

    pub(super) fn paste_people(&mut self, text: &str, context: &mut Context<'_>) -> bool {
        let (mut people, mut unread) = (VecDeque::new(), Vec::new());
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            match read_pasted(line) {
                Some(person) => people.push_back(person),
                None => unread.push(line),
            }
        }
        let is_people =
            people.len() > 1 || (people.len() == 1 && unread.is_empty() && self.form.email.is_empty());
        if !is_people {
            return false;
        }
        if !unread.is_empty() {
            let count =
                counted(unread.len() as u64, "line without an address is", "lines without an address are");
            context.say(Tone::Error, format!("{count} left out: {}", unread.join(" / ")));
        }
        self.line_up(people, context);
        true
    }

    /// Puts the first of `people` into the form, unless somebody is in it; the others wait behind
    /// those who wait already.
    fn line_up(&mut self, people: VecDeque<PastedPerson>, context: &mut Context<'_>) {
        let is_taken = !self.form.email.is_empty();
        let is_alone = self.pasted == 0;
        self.pasted += people.len() + usize::from(is_taken && is_alone);
        self.waiting.extend(people);
        if is_taken {
            self.keep_draft(context);
        } else if let Some(first) = self.waiting.pop_front() {
            self.put(&first, context);
        }
        if self.pasted == 1 {
            self.pasted = 0;
        }
    }
}
