//! `/setup`: what is set, what the bot lacks and exactly how to mend it; and the first words to a server's owner.

use std::fmt::Write as _;

use crate::app::feeds::Trouble;
use crate::discord::checkup::{Complaint, Scope};
use crate::discord::words::{Card, Saying, Tone};
use crate::model::guild::{GuildSettings, Mode, RuleMode};
use crate::model::{ChannelId, Permissions};

/// The settings after a change, and what is still missing.
pub fn changed(settings: &GuildSettings, complaints: &[Complaint]) -> Saying {
    report("Saved", settings, complaints)
}

/// The settings, and everything that is missing.
pub fn checkup(settings: &GuildSettings, complaints: &[Complaint]) -> Saying {
    report("Check", settings, complaints)
}

fn report(title: &str, settings: &GuildSettings, complaints: &[Complaint]) -> Saying {
    let mut body = String::new();
    if complaints.is_empty() {
        body.push_str("Nothing is missing.\n");
    }
    for complaint in complaints {
        let _ = writeln!(body, "• {}", complaint_words(complaint));
    }
    let mode = match (settings.set_up, settings.mode) {
        (false, _) => "only observes until `/setup channels` has been run",
        (true, Mode::Observe) => {
            "only observes: cases and cards, nothing is removed. `/setup mode enforce` lets it act"
        }
        (true, Mode::Enforce) => "enforces: scams are removed at once",
    };
    let mut fields = vec![
        ("Mode".to_owned(), mode.to_owned(), false),
        ("Mod log".to_owned(), channel(settings.mod_log), true),
        ("Support".to_owned(), channel(settings.support), true),
        ("Staff".to_owned(), channel(settings.staff), true),
        ("Staff roles".to_owned(), roles(settings), false),
    ];
    let mut rest = Vec::new();
    rest.extend(
        settings
            .team_channels
            .iter()
            .map(|(tier, id)| format!("{} team: <#{id}>", tier.name())),
    );
    rest.extend(
        settings
            .quarantine_role
            .map(|role| format!("quarantine role: <@&{role}>")),
    );
    rest.extend(settings.honeypot.map(|id| format!("honeypot: <#{id}>")));
    rest.extend(
        settings
            .exempt_channels
            .iter()
            .map(|id| format!("not judged: <#{id}>")),
    );
    rest.extend(
        settings
            .exempt_roles
            .iter()
            .map(|id| format!("not judged: <@&{id}>")),
    );
    rest.extend(settings.rule_modes.iter().map(|(rule, mode)| match mode {
        RuleMode::Off => format!("rule off: {}", super::inline(rule, 60)),
        RuleMode::Observe => format!("rule only observed: {}", super::inline(rule, 60)),
    }));
    rest.extend(
        settings
            .protected_names
            .iter()
            .map(|name| format!("protected name: {}", super::inline(name, 60))),
    );
    if settings.automod {
        rest.push(if settings.wants_automod() {
            "Discord's AutoMod blocks the surest patterns before anybody sees them".to_owned()
        } else {
            "Discord's AutoMod waits until this server enforces".to_owned()
        });
    }
    if !rest.is_empty() {
        fields.push(("Also".to_owned(), rest.join("\n"), false));
    }
    Saying::card(Card {
        title: if complaints.is_empty() {
            format!("{title}: all is well")
        } else {
            format!(
                "{title}: {} thing{} to mend",
                complaints.len(),
                if complaints.len() == 1 { "" } else { "s" }
            )
        },
        body,
        fields,
        footer: "`/setup check` looks again.".to_owned(),
        tone: if complaints.is_empty() {
            Tone::Good
        } else {
            Tone::Waiting
        },
    })
}

/// A list of hosts that could not be refreshed: what holds meanwhile, and who can mend it.
fn feed(trouble: &Trouble) -> String {
    let meanwhile = match (trouble.in_force, trouble.confirmed_at) {
        (0, _) => "Nothing of it is in force".to_owned(),
        (names, Some(at)) => format!(
            "Its last good copy ({names} hosts, confirmed {}) stays in force",
            super::ago(at)
        ),
        (names, None) => format!("Its last good copy ({names} hosts) stays in force"),
    };
    format!(
        "The list of bad hosts {} could not be refreshed: {}. {meanwhile}. Whoever runs Nightdesk can look at it with \
         `nightdesk feeds check`.",
        super::inline(&trouble.id, 40),
        super::inline(&trouble.what, 200),
    )
}

fn channel(channel: Option<ChannelId>) -> String {
    channel.map_or_else(|| "not set".to_owned(), |id| format!("<#{id}>"))
}

fn roles(settings: &GuildSettings) -> String {
    if settings.staff_roles.is_empty() {
        return "none: `/setup role` says who is who".to_owned();
    }
    let roles: Vec<String> = settings
        .staff_roles
        .iter()
        .map(|(tier, role)| format!("{}: <@&{role}>", tier.name()))
        .collect();
    roles.join("\n")
}

fn complaint_words(complaint: &Complaint) -> String {
    match complaint {
        Complaint::Feed(trouble) => feed(trouble),
        Complaint::NoChannels => {
            "No channels are set. Run `/setup channels` with a mod log, a support channel and a staff channel.".to_owned()
        }
        Complaint::ChannelGone(channel, purpose) => {
            format!("The {purpose} channel (<#{channel}>) is gone, or hidden from Nightdesk. Show it to Nightdesk, or run \
                     `/setup channels` again.")
        }
        Complaint::Lacking { scope, missing, purpose } => {
            let names = names(*missing);
            match scope {
                Scope::Server => format!(
                    "{names}, {purpose}: turn {} on in Server Settings, Roles, for Nightdesk's role.",
                    it(*missing)
                ),
                Scope::Channel(channel) => format!(
                    "{names} in <#{channel}>, {purpose}: turn {} on there in Edit Channel, Permissions, for Nightdesk's \
                     role.",
                    it(*missing)
                ),
                Scope::Channels(channels) => {
                    let shown: Vec<String> = channels.iter().take(5).map(|id| format!("<#{id}>")).collect();
                    let more = channels.len().saturating_sub(5);
                    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
                    format!(
                        "{names} in {}{more}, {purpose}: turn {} on in Server Settings, Roles, for Nightdesk's role, and \
                         look whether these channels take it away.",
                        shown.join(", "),
                        it(*missing)
                    )
                }
            }
        }
        Complaint::NotAText(channel) => {
            format!("<#{channel}> is no text channel, and Discord allows private threads only there. Choose another \
                     support channel.")
        }
        Complaint::HiddenSupport(channel) => format!(
            "Members cannot see <#{channel}>, so they could not read their own tickets: allow **View Channel** there for \
             @everyone (they need not be able to write)."
        ),
        Complaint::ClosedHoneypot(channel) => format!(
            "Members cannot post in the honeypot <#{channel}>, so it catches nobody: allow **View Channel** and **Send \
             Messages** there for @everyone."
        ),
        Complaint::Public(channel, purpose) => format!(
            "Everybody can read the {purpose} channel <#{channel}>: take **View Channel** from @everyone there, and give \
             it to staff and Nightdesk."
        ),
        Complaint::ReadsTickets(role) => format!(
            "Holders of <@&{role}> have **Manage Threads** in the support channel and can read every ticket, although it \
             is no staff role. Take it away, or name the role with `/setup role`."
        ),
        Complaint::NoStaff => "No role works tickets. Run `/setup role` with a tier (L1 for a first answer) and a role.".to_owned(),
        Complaint::LowRole => {
            "Nightdesk's role stands at the bottom, so it cannot time out or remove anybody with a role: drag it higher in \
             Server Settings, Roles."
                .to_owned()
        }
        Complaint::QuarantineTooHigh(role) => format!(
            "The quarantine role <@&{role}> is not below Nightdesk's own, so Nightdesk cannot give it: drag it lower in \
             Server Settings, Roles."
        ),
    }
}

fn names(permissions: Permissions) -> String {
    let names: Vec<String> = permissions.names().map(|name| format!("**{name}**")).collect();
    names.join(", ")
}

fn it(permissions: Permissions) -> &'static str {
    if permissions.names().count() == 1 {
        "it"
    } else {
        "them"
    }
}

/// What AutoMod shows the author of a blocked message; at most 150 characters.
pub const AUTOMOD_BLOCKED: &str =
    "This looks like a known scam, so it was not posted. If that is wrong, please tell the moderators.";
/// AutoMod cannot be set up without this.
pub const AUTOMOD_NEEDS: &str = "Discord lets Nightdesk keep an AutoMod rule, and hear what it blocks, only with the permission \
                                 **Manage Server**: turn it on in Server Settings, Roles, for Nightdesk's role, and run \
                                 this again.";

/// For somebody who lacks a permission for a command.
pub fn needs_permission(permission: Permissions) -> String {
    format!("You need the permission {} for this.", names(permission))
}

/// The owner's first note, after the bot was added and before anybody has set it up.
pub fn tell_owner(guild_name: &str) -> Saying {
    let body = format!(
        "I am watching {} now, but I only observe: nothing is removed until you say so.\n\n\
         **1.** `/setup channels` names three channels: a **mod log** for removed messages (staff only), a **support** \
         channel that everybody sees (each ticket becomes a private thread in it), and a **staff** channel where agents \
         learn of tickets.\n\
         **2.** `/setup role` says which role is which tier.\n\
         **3.** `/setup check` names every permission that is missing and how to mend it.\n\
         **4.** `/setup mode enforce` lets me remove scams.\n\
         **5.** `/ticket panel` posts the buttons with which members ask for help.\n\n\
         Anyone with **Manage Server** can do this. I never ask anybody for a password, a code or a seed phrase.",
        super::inline(guild_name, 100)
    );
    Saying::card(Card {
        title: "Nightdesk is here, and waits for you".to_owned(),
        body,
        tone: Tone::Calm,
        ..Card::default()
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::page;
    use super::*;
    use crate::model::RoleId;
    use crate::model::guild::Tier;

    #[test]
    fn an_owner_is_told_how_to_set_the_bot_up() {
        insta::assert_snapshot!(page(&tell_owner("Moonwell")), @r"
            # Nightdesk is here, and waits for you
            I am watching `Moonwell` now, but I only observe: nothing is removed until you say so.

            **1.** `/setup channels` names three channels: a **mod log** for removed messages (staff only), a **support** channel that everybody sees (each ticket becomes a private thread in it), and a **staff** channel where agents learn of tickets.
            **2.** `/setup role` says which role is which tier.
            **3.** `/setup check` names every permission that is missing and how to mend it.
            **4.** `/setup mode enforce` lets me remove scams.
            **5.** `/ticket panel` posts the buttons with which members ask for help.

            Anyone with **Manage Server** can do this. I never ask anybody for a password, a code or a seed phrase.
            ");
    }

    #[test]
    fn a_check_names_what_is_missing_where_and_how_to_mend_it() {
        let settings = GuildSettings {
            set_up: true,
            mode: Mode::Enforce,
            mod_log: Some(ChannelId(20)),
            support: Some(ChannelId(21)),
            staff: None,
            staff_roles: vec![(Tier::L1, RoleId(6))],
            ..GuildSettings::default()
        };
        let lacking = |scope, missing, purpose| Complaint::Lacking {
            scope,
            missing,
            purpose,
        };
        let complaints = [
            lacking(Scope::Server, Permissions::BAN_MEMBERS, "for the Ban button"),
            lacking(
                Scope::Channel(ChannelId(21)),
                Permissions::CREATE_PRIVATE_THREADS | Permissions::MANAGE_THREADS,
                "to hold tickets",
            ),
            lacking(
                Scope::Channels((1..8).map(ChannelId).collect()),
                Permissions::MANAGE_MESSAGES,
                "to remove scams",
            ),
            Complaint::HiddenSupport(ChannelId(21)),
            Complaint::Public(ChannelId(20), "mod log"),
            Complaint::ReadsTickets(RoleId(8)),
            Complaint::LowRole,
        ];
        insta::assert_snapshot!(page(&checkup(&settings, &complaints)), @r"
            # Check: 7 things to mend
            • **Ban Members**, for the Ban button: turn it on in Server Settings, Roles, for Nightdesk's role.
            • **Manage Threads**, **Create Private Threads** in <#21>, to hold tickets: turn them on there in Edit Channel, Permissions, for Nightdesk's role.
            • **Manage Messages** in <#1>, <#2>, <#3>, <#4>, <#5> and 2 more, to remove scams: turn it on in Server Settings, Roles, for Nightdesk's role, and look whether these channels take it away.
            • Members cannot see <#21>, so they could not read their own tickets: allow **View Channel** there for @everyone (they need not be able to write).
            • Everybody can read the mod log channel <#20>: take **View Channel** from @everyone there, and give it to staff and Nightdesk.
            • Holders of <@&8> have **Manage Threads** in the support channel and can read every ticket, although it is no staff role. Take it away, or name the role with `/setup role`.
            • Nightdesk's role stands at the bottom, so it cannot time out or remove anybody with a role: drag it higher in Server Settings, Roles.

            ## Mode
            enforces: scams are removed at once
            ## Mod log
            <#20>
            ## Support
            <#21>
            ## Staff
            not set
            ## Staff roles
            L1: <@&6>
            -- `/setup check` looks again.
            ");
    }
}
