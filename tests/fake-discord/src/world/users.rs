//! Accounts: what Discord tells about a person or a bot wherever they are.

use crate::ids::Id;

use super::{State, StoredFile};

/// An account.
#[derive(Clone, Debug)]
pub struct User {
    /// Snowflake; its time part is the account's age.
    pub id: Id,
    /// Unique name.
    pub username: String,
    /// Display name, if one is set.
    pub global_name: Option<String>,
    /// Hash of the avatar picture; `None` shows a default one.
    pub avatar: Option<String>,
    /// Is it a bot?
    pub bot: bool,
    /// Public flags (staff, verified bot, spammer, …) as documented for the user object.
    pub public_flags: u64,
    /// Takes no direct messages from those who only share a guild (error 50007).
    pub closed_dms: bool,
}

impl User {
    /// A person of this name, with nothing else set.
    pub fn new(id: Id, username: &str) -> Self {
        Self {
            id,
            username: username.to_owned(),
            global_name: None,
            avatar: None,
            bot: false,
            public_flags: 0,
            closed_dms: false,
        }
    }

    /// The name shown where no nickname is set.
    pub fn display_name(&self) -> &str {
        self.global_name.as_deref().unwrap_or(&self.username)
    }
}

impl State {
    /// Puts a picture where the content network serves the avatar of this name.
    pub fn store_avatar(&mut self, user: Id, name: &str, bytes: Vec<u8>) {
        let file = StoredFile {
            content_type: "image/png".to_owned(),
            bytes,
        };
        self.files.insert(format!("/avatars/{user}/{name}.png"), file);
    }

    /// Changes an account (name, avatar, …) and tells every guild it is in.
    pub fn edit_user(&mut self, user: Id, change: impl FnOnce(&mut User)) {
        let Some(found) = self.users.get_mut(&user) else {
            return;
        };
        change(found);
        let guilds: Vec<Id> = self
            .guilds
            .values()
            .filter(|guild| guild.members.contains_key(&user))
            .map(|guild| guild.id)
            .collect();
        for guild in guilds {
            self.emit_member_update(guild, user);
        }
    }
}
