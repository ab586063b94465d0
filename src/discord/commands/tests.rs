//! What people type must not drift: names, options, who is shown which command by default.

use super::*;
use crate::model::UserId;

/// Every command and subcommand with its options; `!` marks those that must be given.
fn listed(commands: &[Command], before: &str) -> Vec<String> {
    let mut lines = Vec::new();
    for command in commands {
        let name = command
            .context_menu_name
            .clone()
            .unwrap_or_else(|| command.name.clone());
        let name = format!("{before}{name}");
        if command.subcommands.is_empty() {
            let options = command.parameters.iter().map(|option| {
                let mark = if option.required { "!" } else { "" };
                format!(" {}{mark}", option.name)
            });
            lines.push(format!("{name}{}", options.collect::<String>()));
        } else {
            lines.extend(listed(&command.subcommands, &format!("{name} ")));
        }
    }
    lines
}

#[test]
fn names_and_options_are_those_that_were_promised() {
    let listed = listed(&all(), "");
    for promised in [
        "setup channels mod_log! support! staff! honeypot",
        "setup role tier! role! remove",
        "setup mode mode!",
        "setup check",
        "case show number!",
        "case list state author",
        "rules reload",
        "rules test text!",
        "rules mode rule! mode!",
    ] {
        assert!(
            listed.iter().any(|line| line == promised),
            "{promised} is not in {listed:#?}"
        );
    }
    for promised in [
        "ticket open",
        "ticket panel",
        "ticket claim",
        "ticket list",
        "escalate",
        "Open ticket from this message",
    ] {
        assert!(
            listed.iter().any(|line| line.starts_with(promised)),
            "{promised} is not in {listed:#?}"
        );
    }
}

/// A command and everything below it.
fn family(command: &Command) -> Vec<&Command> {
    std::iter::once(command)
        .chain(command.subcommands.iter().flat_map(family))
        .collect()
}

#[test]
fn everything_is_described_within_discords_limits_and_works_in_servers_only() {
    for command in all() {
        assert!(command.guild_only, "{}", command.name);
        for one in family(&command) {
            if one.context_menu_action.is_none() {
                let description = one.description.as_deref().unwrap_or_default();
                assert!(
                    (1..=100).contains(&description.chars().count()),
                    "{}: {description:?}",
                    one.name
                );
            }
            assert!(one.parameters.len() <= 25, "{}", one.name);
            let options = one
                .parameters
                .iter()
                .filter(|_| one.context_menu_action.is_none());
            for option in options {
                let description = option.description.as_deref().unwrap_or_default();
                assert!(
                    (1..=100).contains(&description.chars().count()),
                    "{} {}",
                    one.name,
                    option.name
                );
            }
        }
    }
}

#[test]
fn commands_for_staff_are_hidden_from_members_by_default() {
    use poise::serenity_prelude::Permissions as Bits;
    for (name, bits) in [
        ("setup", Bits::MANAGE_GUILD),
        ("case", Bits::MANAGE_MESSAGES),
        ("rules", Bits::MANAGE_MESSAGES),
    ] {
        let commands = all();
        let command = commands
            .iter()
            .find(|command| command.name == name)
            .expect("the command is there");
        assert_eq!(command.default_member_permissions, bits, "{name}");
    }
}

#[test]
fn a_permission_or_the_administrators_is_enough_and_another_is_not() {
    let table = [
        (Permissions::MANAGE_GUILD, Permissions::MANAGE_GUILD, true),
        (Permissions::ADMINISTRATOR, Permissions::MANAGE_GUILD, true),
        (Permissions::MANAGE_MESSAGES, Permissions::MANAGE_GUILD, false),
        (Permissions::MANAGE_GUILD, Permissions::MANAGE_MESSAGES, false),
        (Permissions::NONE, Permissions::MANAGE_MESSAGES, false),
    ];
    for (held, wanted, enough) in table {
        let asker = Asker {
            user: UserId(1),
            name: String::new(),
            roles: Vec::new(),
            permissions: held,
        };
        assert_eq!(asker.may(wanted), enough, "{held:?} {wanted:?}");
    }
}
