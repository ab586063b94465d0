//! What people do about membership: join, leave, take other names, and moderate others.

use std::time::Duration;

use serde_json::{Value, json};

use crate::FakeDiscord;
use crate::ids::Id;
use crate::permissions::Permissions;
use crate::world::{AuditLogEvent, Member, MemberEdit, NewAuditLogEntry, State, User};

use super::{Person, Refused};

impl FakeDiscord {
    /// A person nobody knew until now, with an account of this age, in no guild yet. They look at the first guild.
    pub fn newcomer(&self, name: &str, account_age: Duration) -> Person {
        let mut state = self.state();
        let made = state.now().minus(account_age);
        let id = state.ids.backdated(made);
        state.users.insert(id, User::new(id, name));
        let guild = state.guilds.keys().next().copied().unwrap_or_default();
        Person {
            discord: self.clone(),
            id,
            guild,
        }
    }
}

impl Person {
    /// Joins the guild, unless banned.
    pub fn joins(&self) -> Result<(), Refused> {
        let mut state = self.discord.state();
        if state
            .guilds
            .get(&self.guild)
            .is_none_or(|guild| guild.bans.contains_key(&self.id))
        {
            return Err(Refused::NotAMember);
        }
        if state.member(self.guild, self.id).is_none() {
            let member = Member::new(self.id, state.now());
            state.add_member(self.guild, member);
        }
        Ok(())
    }

    /// Leaves the guild.
    pub fn leaves(&self) -> Result<(), Refused> {
        if self.discord.state().remove_member(self.guild, self.id) {
            Ok(())
        } else {
            Err(Refused::NotAMember)
        }
    }

    /// Takes another user name.
    pub fn renames(&self, username: &str) {
        self.discord
            .state()
            .edit_user(self.id, |user| username.clone_into(&mut user.username));
    }

    /// Takes another display name.
    pub fn takes_display_name(&self, name: &str) {
        self.discord
            .state()
            .edit_user(self.id, |user| user.global_name = Some(name.to_owned()));
    }

    /// Takes another avatar, given by its hash.
    pub fn takes_avatar(&self, hash: &str) {
        self.discord
            .state()
            .edit_user(self.id, |user| user.avatar = Some(hash.to_owned()));
    }

    /// Takes another avatar, given by its bytes, under this hash.
    pub fn takes_avatar_picture(&self, hash: &str, bytes: Vec<u8>) {
        let mut state = self.discord.state();
        state.store_avatar(self.id, hash, bytes);
        state.edit_user(self.id, |user| user.avatar = Some(hash.to_owned()));
    }

    /// Takes another nickname in the guild.
    pub fn takes_nickname(&self, nick: &str) -> Result<(), Refused> {
        let mut state = self.discord.state();
        self.must_hold_in_guild(&state, Permissions::CHANGE_NICKNAME)?;
        state.edit_member(
            self.guild,
            self.id,
            MemberEdit {
                nick: Some(Some(nick.to_owned())),
                ..MemberEdit::default()
            },
        );
        Ok(())
    }

    /// Takes no direct messages from fellow members any more.
    pub fn closes_direct_messages(&self) {
        self.discord
            .state()
            .edit_user(self.id, |user| user.closed_dms = true);
    }

    /// Takes direct messages again.
    pub fn opens_direct_messages(&self) {
        self.discord
            .state()
            .edit_user(self.id, |user| user.closed_dms = false);
    }

    /// Kicks somebody.
    pub fn kicks(&self, name: &str) -> Result<(), Refused> {
        let mut state = self.discord.state();
        let target = self.may_moderate(&state, name, Permissions::KICK_MEMBERS)?;
        state.remove_member(self.guild, target);
        self.notes(&mut state, AuditLogEvent::MEMBER_KICK, target, Vec::new());
        Ok(())
    }

    /// Bans somebody.
    pub fn bans(&self, name: &str) -> Result<(), Refused> {
        let mut state = self.discord.state();
        let target = self.may_moderate(&state, name, Permissions::BAN_MEMBERS)?;
        state.ban(self.guild, target, None, Duration::ZERO);
        self.notes(&mut state, AuditLogEvent::MEMBER_BAN_ADD, target, Vec::new());
        Ok(())
    }

    /// Lifts somebody's ban.
    pub fn unbans(&self, name: &str) -> Result<(), Refused> {
        let mut state = self.discord.state();
        self.must_hold_in_guild(&state, Permissions::BAN_MEMBERS)?;
        let target = state
            .user_named(name)
            .map(|user| user.id)
            .ok_or(Refused::NotAMember)?;
        if state.unban(self.guild, target) {
            self.notes(&mut state, AuditLogEvent::MEMBER_BAN_REMOVE, target, Vec::new());
        }
        Ok(())
    }

    /// Times somebody out; a duration of zero lifts it.
    pub fn times_out(&self, name: &str, duration: Duration) -> Result<(), Refused> {
        let mut state = self.discord.state();
        let target = self.may_moderate(&state, name, Permissions::MODERATE_MEMBERS)?;
        let until = (!duration.is_zero()).then(|| state.now().plus(duration));
        let edit = MemberEdit {
            communication_disabled_until: Some(until),
            ..MemberEdit::default()
        };
        state.edit_member(self.guild, target, edit);
        let change = json!({ "key": "communication_disabled_until", "new_value": until });
        self.notes(&mut state, AuditLogEvent::MEMBER_UPDATE, target, vec![change]);
        Ok(())
    }

    /// Gives somebody a role below their own highest one.
    pub fn gives_role(&self, name: &str, role: &str) -> Result<(), Refused> {
        self.changes_role(name, role, true)
    }

    /// Takes a role below their own highest one from somebody.
    pub fn takes_role(&self, name: &str, role: &str) -> Result<(), Refused> {
        self.changes_role(name, role, false)
    }

    fn changes_role(&self, name: &str, name_of_role: &str, give: bool) -> Result<(), Refused> {
        let mut state = self.discord.state();
        self.must_hold_in_guild(&state, Permissions::MANAGE_ROLES)?;
        let target = state
            .user_named(name)
            .map(|user| user.id)
            .ok_or(Refused::NotAMember)?;
        let roles = state
            .guilds
            .get(&self.guild)
            .into_iter()
            .flat_map(|guild| guild.roles.values());
        let role = roles
            .into_iter()
            .find(|found| found.name == name_of_role)
            .map(|found| found.id)
            .ok_or(Refused::CannotSee)?;
        if state.role_rank(self.guild, role) >= Some(state.rank(self.guild, self.id)) {
            return Err(Refused::Outranked);
        }
        if give {
            state.add_role(self.guild, target, role);
        } else {
            state.remove_role(self.guild, target, role);
        }
        let key = if give { "$add" } else { "$remove" };
        let change = json!({ "key": key, "new_value": [{ "id": role, "name": name_of_role }] });
        self.notes(
            &mut state,
            AuditLogEvent::MEMBER_ROLE_UPDATE,
            target,
            vec![change],
        );
        Ok(())
    }

    fn may_moderate(&self, state: &State, name: &str, wanted: Permissions) -> Result<Id, Refused> {
        self.must_hold_in_guild(state, wanted)?;
        let target = state
            .user_named(name)
            .map(|user| user.id)
            .ok_or(Refused::NotAMember)?;
        if state.outranks(self.guild, self.id, target) {
            Ok(target)
        } else {
            Err(Refused::Outranked)
        }
    }

    fn must_hold_in_guild(&self, state: &State, wanted: Permissions) -> Result<(), Refused> {
        if state.member(self.guild, self.id).is_none() {
            return Err(Refused::NotAMember);
        }
        if state.guild_permissions(self.guild, self.id).contains(wanted) {
            Ok(())
        } else {
            Err(Refused::Lacks(wanted))
        }
    }

    fn notes(&self, state: &mut State, event: AuditLogEvent, target: Id, changes: Vec<Value>) {
        let entry = NewAuditLogEntry {
            user_id: self.id,
            target_id: Some(target),
            event,
            reason: None,
            changes,
            options: Value::Null,
        };
        state.log_audit(self.guild, entry);
    }
}
