//! A world written as JSON, for the stand-in that runs alone.
//!
//! ```json
//! {
//!   "bot": "lamplighter",
//!   "guilds": [{
//!     "name": "Lantern",
//!     "owner": "olivia",
//!     "roles": [{ "name": "Moderator", "permissions": ["MANAGE_MESSAGES", "MODERATE_MEMBERS"] }],
//!     "bot_on_top": true,
//!     "channels": [
//!       { "name": "general" },
//!       { "name": "help-forum", "type": "forum" },
//!       { "name": "mod-log", "only": ["Moderator"] }
//!     ],
//!     "members": [{ "name": "mallory" }, { "name": "max", "roles": ["Moderator"] }]
//!   }]
//! }
//! ```

use serde::Deserialize;

use crate::permissions::Permissions;

use super::{ChannelKind, World};

/// A world file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorldFile {
    /// The bot's name.
    #[serde(default = "default_bot")]
    bot: String,
    guilds: Vec<GuildEntry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct GuildEntry {
    name: String,
    owner: String,
    /// Lowest first; each stands above the ones before it.
    #[serde(default)]
    roles: Vec<RoleEntry>,
    /// Puts the bot's own role above all of these.
    #[serde(default)]
    bot_on_top: bool,
    #[serde(default)]
    channels: Vec<ChannelEntry>,
    #[serde(default)]
    members: Vec<MemberEntry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RoleEntry {
    name: String,
    #[serde(default)]
    permissions: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ChannelEntry {
    name: String,
    /// `text` (default), `announcement`, `forum` or `voice`.
    #[serde(rename = "type", default)]
    kind: KindEntry,
    /// Only holders of these roles, and the bot, see it.
    only: Option<Vec<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum KindEntry {
    #[default]
    Text,
    Announcement,
    Forum,
    Voice,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct MemberEntry {
    name: String,
    #[serde(default)]
    roles: Vec<String>,
    /// Another bot.
    #[serde(default)]
    bot: bool,
}

fn default_bot() -> String {
    "lamplighter".to_owned()
}

impl WorldFile {
    /// Reads a world. The error says what is wrong and where.
    pub fn parse(text: &str) -> Result<World, String> {
        let file: Self = serde_json::from_str(text).map_err(|error| error.to_string())?;
        file.build()
    }

    fn build(self) -> Result<World, String> {
        let mut world = World::empty().bot_named(&self.bot);
        for guild in &self.guilds {
            guild.check()?;
            world = guild.add_to(world);
        }
        Ok(world)
    }
}

impl GuildEntry {
    /// Names that nothing defines, before the builder meets them.
    fn check(&self) -> Result<(), String> {
        let known = |role: &String| self.roles.iter().any(|entry| entry.name == *role);
        let used = self
            .channels
            .iter()
            .flat_map(|channel| channel.only.iter().flatten());
        if let Some(role) = used
            .chain(self.members.iter().flat_map(|member| &member.roles))
            .find(|role| !known(role))
        {
            return Err(format!(
                "guild \"{}\" has no role \"{role}\": add it to its roles",
                self.name
            ));
        }
        let mut permissions = self.roles.iter().flat_map(|role| &role.permissions);
        if let Some(name) = permissions.find(|name| Permissions::by_name(name).is_none()) {
            return Err(format!(
                "no permission is called \"{name}\": use Discord's names, such as MANAGE_MESSAGES"
            ));
        }
        Ok(())
    }

    fn add_to(&self, world: World) -> World {
        let mut world = world.another_guild(&self.name, &self.owner);
        for role in &self.roles {
            world = world.role(&role.name, &names(&role.permissions));
        }
        if self.bot_on_top {
            world = world.bot_on_top();
        }
        for channel in &self.channels {
            let kind = match channel.kind {
                KindEntry::Text => ChannelKind::Text,
                KindEntry::Announcement => ChannelKind::Announcement,
                KindEntry::Forum => ChannelKind::Forum,
                KindEntry::Voice => ChannelKind::Voice,
            };
            world = match &channel.only {
                Some(roles) => world.private_channel(&channel.name, kind, &names(roles)),
                None => world.channel(&channel.name, kind),
            };
        }
        for member in &self.members {
            world = world
                .member_with(&member.name, &names(&member.roles))
                .user(&member.name, |user| user.bot = member.bot);
        }
        world
    }
}

fn names(list: &[String]) -> Vec<&str> {
    list.iter().map(String::as_str).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_in_the_documentation_is_a_world() {
        let source = include_str!("world_file.rs");
        let lines = source.lines().skip_while(|line| *line != "//! ```json").skip(1);
        let sample: String = lines
            .take_while(|line| *line != "//! ```")
            .filter_map(|line| line.strip_prefix("//! "))
            .collect();
        let world = WorldFile::parse(&sample).unwrap();
        let state = &world.state;
        let max = state.user_named("max").unwrap().id;
        let mallory = state.user_named("mallory").unwrap().id;
        let log = state.channel_named("mod-log").unwrap().id;
        assert!(state.can_see(log, max));
        assert!(state.can_see(log, state.bot_id()));
        assert!(!state.can_see(log, mallory));
    }

    #[test]
    fn a_role_that_is_not_there_is_named_in_the_error() {
        let text =
            r#"{"guilds": [{"name": "g", "owner": "o", "members": [{"name": "m", "roles": ["nope"]}]}]}"#;
        assert_eq!(
            WorldFile::parse(text).unwrap_err(),
            "guild \"g\" has no role \"nope\": add it to its roles"
        );
    }
}
