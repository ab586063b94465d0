//! What is written down for people is what the program does: settings and commands, compared word for word.
#![cfg(feature = "bot")]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use nightdesk::config::SETTINGS;
use nightdesk::discord::commands;

fn read(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).expect("the file is there")
}

/// The part of the README between `<!-- name: … -->` and `<!-- /name -->`.
fn section(name: &str) -> String {
    let readme = read("README.md");
    let start = readme.find(&format!("<!-- {name}:")).expect("the section begins");
    let body = start + readme[start..].find("-->\n").expect("the mark is closed") + "-->\n".len();
    let end = readme
        .find(&format!("<!-- /{name} -->"))
        .expect("the section ends");
    readme[body..end].trim().to_owned()
}

#[track_caller]
fn is_up_to_date(name: &str, expected: &str) {
    let found = section(name);
    assert!(
        found == expected.trim(),
        "the README's {name} are out of date; they should read:\n\n{expected}\n"
    );
}

#[test]
fn the_readme_lists_every_setting_as_the_program_knows_it() {
    let mut table = String::from("| setting | default | what it does |\n|---|---|---|\n");
    for setting in SETTINGS {
        let default = if setting.default.is_empty() {
            String::new()
        } else {
            format!("`{}`", setting.default)
        };
        writeln!(table, "| `{}` | {default} | {} |", setting.name, setting.doc)
            .expect("a string takes words");
    }
    is_up_to_date("settings", &table);
}

#[test]
fn the_example_file_lists_every_setting_in_order_with_its_default() {
    let mut expected =
        String::from("# Copy to .env and fill in the token. What is commented out has the value shown.\n");
    for setting in SETTINGS {
        let value = setting.default;
        let mark = if setting.name == "DISCORD_TOKEN" { "" } else { "#" };
        write!(expected, "\n# {}\n{mark}{}={value}\n", setting.doc, setting.name)
            .expect("a string takes words");
    }
    let found = read(".env.example");
    assert!(
        found == expected,
        ".env.example is out of date; it should read:\n\n{expected}\n"
    );
}

#[test]
fn the_readme_lists_every_command_that_is_registered() {
    let mut table = String::from("| command | what it does |\n|---|---|\n");
    let mut line =
        |name: &str, what: &str| writeln!(table, "| `{name}` | {what} |").expect("a string takes words");
    for command in commands::all() {
        if let Some(name) = &command.context_menu_name {
            let what = if name.starts_with("Make") {
                "makes a rule of it and tries that"
            } else {
                "opens a ticket about it"
            };
            line(name, &format!("from a message's menu: {what}"));
            continue;
        }
        let what = command.description.as_deref().unwrap_or_default();
        if command.subcommands.is_empty() {
            line(&format!("/{}", command.name), what);
        }
        for sub in &command.subcommands {
            line(
                &format!("/{} {}", command.name, sub.name),
                sub.description.as_deref().unwrap_or_default(),
            );
        }
    }
    is_up_to_date("commands", &table);
}
