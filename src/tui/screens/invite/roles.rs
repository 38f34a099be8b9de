//! The roles of the form: walked, ticked, and why some can't be.

use super::field::Field;
use super::state::State;
use crate::domain::role::Role;
use crate::terminal::key::{Key, KeyCode};
use crate::tui::context::{Context, Tone};

impl State {
    pub(super) fn roles_key(&mut self, key: Key, context: &mut Context<'_>) {
        let at = Role::ALL.iter().position(|role| *role == self.role_at).unwrap_or(0);
        let role = |at: usize| Role::ALL.get(at).copied();
        match key.code {
            KeyCode::Left => self.role_at = role(at.saturating_sub(1)).unwrap_or(self.role_at),
            KeyCode::Right => self.role_at = role(at + 1).unwrap_or(self.role_at),
            // No letter ticks a role: one typed ahead of the screen would grant it unseen.
            KeyCode::Char(' ') => self.toggle_role(self.role_at, context),
            _ => {}
        }
    }

    fn toggle_role(&mut self, role: Role, context: &mut Context<'_>) {
        if context.place.workspace.may.grant.contains(role) || self.form.roles.contains(role) {
            self.form.roles = self.form.roles.toggled(role);
            if !self.judged.contains(&Field::Roles) {
                self.judged.push(Field::Roles);
            }
        } else {
            context.say(Tone::Note, not_granted(role));
        }
    }
}

/// Why an operator can't grant `role` (DESIGN R1).
pub(super) fn not_granted(role: Role) -> String {
    format!("a Manager invites learners; ask an Admin for the {} role", role.label())
}
