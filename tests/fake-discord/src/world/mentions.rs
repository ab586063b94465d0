//! Whom a message calls: what stands in its text, cut down to what its author and `allowed_mentions` permit.

use serde_json::Value;

use crate::ids::Id;
use crate::permissions::Permissions;

use super::State;

/// The `allowed_mentions` object of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AllowedMentions {
    /// Everyone whose mention stands in the text.
    pub parse_users: bool,
    /// Every role whose mention stands in the text.
    pub parse_roles: bool,
    /// `@everyone` and `@here`.
    pub parse_everyone: bool,
    /// These users only.
    pub users: Vec<Id>,
    /// These roles only.
    pub roles: Vec<Id>,
    /// The author of the message replied to. `None` follows the default, which is to call them.
    pub replied_user: Option<bool>,
}

impl AllowedMentions {
    /// What holds when a request does not say: all that the text mentions.
    pub fn everything() -> Self {
        Self {
            parse_users: true,
            parse_roles: true,
            parse_everyone: true,
            users: Vec::new(),
            roles: Vec::new(),
            replied_user: Some(true),
        }
    }

    /// Nobody.
    pub fn nobody() -> Self {
        Self {
            replied_user: Some(false),
            ..Self::default()
        }
    }
}

/// Whom a message calls.
#[derive(Clone, Debug, Default)]
pub(super) struct Called {
    pub users: Vec<Id>,
    pub roles: Vec<Id>,
    pub everyone: bool,
}

impl State {
    /// Whom `content` in `channel` calls, said by someone with `permissions` there.
    pub(super) fn called_by(
        &self,
        guild: Option<Id>,
        content: &str,
        allowed: &AllowedMentions,
        permissions: Permissions,
    ) -> Called {
        let mut called = Called::default();
        for tag in tags(content) {
            match tag {
                Tag::User(user) => {
                    let known = self.users.contains_key(&user);
                    let wanted = allowed.parse_users || allowed.users.contains(&user);
                    if known && wanted && !called.users.contains(&user) {
                        called.users.push(user);
                    }
                }
                Tag::Role(role) => {
                    let found = guild.and_then(|guild| self.guilds.get(&guild)?.roles.get(&role));
                    let may = found.is_some_and(|role| {
                        role.mentionable || permissions.contains(Permissions::MENTION_EVERYONE)
                    });
                    let wanted = allowed.parse_roles || allowed.roles.contains(&role);
                    if may && wanted && !called.roles.contains(&role) {
                        called.roles.push(role);
                    }
                }
            }
        }
        let shouts = content.contains("@everyone") || content.contains("@here");
        called.everyone =
            shouts && allowed.parse_everyone && permissions.contains(Permissions::MENTION_EVERYONE);
        called
    }
}

enum Tag {
    User(Id),
    Role(Id),
}

/// The `<@id>`, `<@!id>` and `<@&id>` in a text, in order.
fn tags(content: &str) -> impl Iterator<Item = Tag> + '_ {
    content.match_indices("<@").filter_map(|(start, opening)| {
        let rest = &content[start + opening.len()..];
        let inner = &rest[..rest.find('>')?];
        match inner.strip_prefix('&') {
            Some(role) => role.parse().ok().map(Tag::Role),
            None => inner
                .strip_prefix('!')
                .unwrap_or(inner)
                .parse()
                .ok()
                .map(Tag::User),
        }
    })
}

/// All that a message says aloud: its content, or with Components V2 its text displays, wherever they stand.
pub(super) fn spoken(content: &str, components: &[Value]) -> String {
    let mut text = content.to_owned();
    for component in components {
        if component["type"] == 10 {
            text.push('\n');
            text.push_str(component["content"].as_str().unwrap_or_default());
        }
        if let Some(inner) = component["components"].as_array() {
            text.push_str(&spoken("", inner));
        }
    }
    text
}
