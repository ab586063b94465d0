//! The picture by which an account is known, as Discord names it. Its bytes are fetched elsewhere.

use super::ids::{GuildId, UserId};

/// An avatar of an account, or of a member in one guild.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Avatar {
    /// Whose.
    pub user: UserId,
    /// The guild in which it is shown; absent: everywhere.
    pub guild: Option<GuildId>,
    /// Discord's name for the picture. The same bytes have the same name.
    pub name: String,
}

impl Avatar {
    /// Longest name of Discord's: 32 digits, `a_` before them when it moves.
    const LONGEST: usize = 34;

    /// The avatar that a member is shown with: their own in this guild, else their account's. `None`: a default picture,
    /// or a name that cannot be one.
    pub fn shown(
        user: UserId,
        guild: GuildId,
        of_member: Option<String>,
        of_account: Option<String>,
    ) -> Option<Self> {
        let (guild, name) = match (of_member, of_account) {
            (Some(name), _) => (Some(guild), name),
            (None, name) => (None, name?),
        };
        let plain = name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        (plain && (1..=Self::LONGEST).contains(&name.len())).then_some(Self { user, guild, name })
    }

    /// Where Discord's file host has it ("CDN Endpoints" of its reference), 128 pixels wide.
    pub fn path(&self) -> String {
        let Self { user, guild, name } = self;
        match guild {
            Some(guild) => format!("/guilds/{guild}/users/{user}/avatars/{name}.png?size=128"),
            None => format!("/avatars/{user}/{name}.png?size=128"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(of_member: Option<&str>, of_account: Option<&str>) -> Option<String> {
        let owned = |name: Option<&str>| name.map(str::to_owned);
        Avatar::shown(UserId(7), GuildId(1), owned(of_member), owned(of_account)).map(|avatar| avatar.path())
    }

    #[test]
    fn the_picture_chosen_in_the_guild_comes_before_the_accounts_own() {
        assert_eq!(
            shown(Some("a_0f"), Some("1e")).as_deref(),
            Some("/guilds/1/users/7/avatars/a_0f.png?size=128")
        );
        assert_eq!(
            shown(None, Some("1e")).as_deref(),
            Some("/avatars/7/1e.png?size=128")
        );
        assert_eq!(shown(None, None), None);
    }

    #[test]
    fn a_name_that_leads_elsewhere_is_none() {
        for strange in ["", "../../x", "a/b", "a?b", &"a".repeat(35)] {
            assert_eq!(shown(None, Some(strange)), None, "{strange}");
        }
    }
}
