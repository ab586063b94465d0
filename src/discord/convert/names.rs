//! The names of people: which one is shown, and never with a secret in it.

use poise::serenity_prelude as serenity;

use crate::artefacts::secrets::redact;

/// The name shown in a guild: nickname, else display name, else account name; secrets replaced.
pub fn display(nick: Option<&str>, user: &serenity::User) -> String {
    shown(nick, user.global_name.as_deref(), &user.name)
}

/// The name that is shown of three, the first that is there; secrets replaced.
pub fn shown(nick: Option<&str>, global: Option<&str>, account: &str) -> String {
    clean(
        nick.filter(|name| !name.is_empty())
            .or(global.filter(|name| !name.is_empty()))
            .unwrap_or(account),
    )
}

/// A name without secrets.
pub fn clean(name: &str) -> String {
    redact(name).text.into_owned()
}
