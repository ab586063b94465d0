//! The house rules that a compiler does not check: who may import whom, who may name which crate, which ways of working
//! are banned, and that what is written down for operators is what the program does.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// A layer: the folder or file below `src/`, what it may import of ours, and which of the guarded crates it may name.
struct Layer {
    place: &'static str,
    may_import: &'static [&'static str],
    may_name: &'static [&'static str],
}

/// Crates whose use is confined to the layers that list them. Everything else (serde, thiserror, tracing …) is free.
const GUARDED: &[&str] = &[
    "aho_corasick",
    "arc_swap",
    "async_trait",
    "axum",
    "clap",
    "dashmap",
    "poise",
    "regex",
    "regex_automata",
    "reqwest",
    "serenity",
    "sqlx",
    "tokio",
    "tokio_util",
];

/// The table of `src/lib.rs` and of DESIGN, as data. The first entry whose place matches a file is its layer.
const LAYERS: &[Layer] = &[
    Layer {
        place: "artefacts",
        may_import: &["artefacts"],
        may_name: &[],
    },
    Layer {
        place: "rules",
        may_import: &["rules", "artefacts"],
        may_name: &["aho_corasick", "regex", "regex_automata"],
    },
    Layer {
        place: "model",
        may_import: &["model", "rules", "artefacts"],
        may_name: &[],
    },
    Layer {
        place: "storage/sqlite",
        may_import: &["storage", "model", "rules", "artefacts"],
        may_name: &["async_trait", "sqlx", "tokio"],
    },
    Layer {
        place: "storage/spool",
        may_import: &["storage", "model", "rules", "artefacts"],
        may_name: &["tokio"],
    },
    Layer {
        place: "storage",
        may_import: &["storage", "model", "rules", "artefacts"],
        may_name: &["async_trait"],
    },
    Layer {
        place: "moderation",
        may_import: &["moderation", "storage", "model", "rules", "artefacts"],
        may_name: &["dashmap"],
    },
    Layer {
        place: "desk",
        may_import: &["desk", "storage", "model", "rules", "artefacts"],
        may_name: &["dashmap"],
    },
    // Every HTTP call that does not go to Discord.
    Layer {
        place: "app/outbound",
        may_import: &[],
        may_name: &["async_trait", "reqwest", "tokio"],
    },
    Layer {
        place: "app",
        may_import: &[
            "app",
            "moderation",
            "desk",
            "storage",
            "model",
            "rules",
            "artefacts",
        ],
        may_name: &["arc_swap", "async_trait", "dashmap", "tokio", "tokio_util"],
    },
    Layer {
        place: "discord",
        may_import: &[
            "discord",
            "app",
            "moderation",
            "desk",
            "storage",
            "model",
            "rules",
            "artefacts",
        ],
        may_name: &[
            "async_trait",
            "dashmap",
            "poise",
            "reqwest",
            "serenity",
            "tokio",
            "tokio_util",
        ],
    },
    Layer {
        place: "config.rs",
        may_import: &["config", "model"],
        may_name: &[],
    },
    Layer {
        place: "cli",
        may_import: &[
            "cli",
            "config",
            "discord",
            "app",
            "moderation",
            "desk",
            "storage",
            "model",
            "rules",
            "artefacts",
        ],
        may_name: &["clap", "reqwest", "tokio", "tokio_util"],
    },
];

/// Ways of working that lose what a member wrote when the bot restarts, and why.
const BANNED: &[(&str, &str)] = &[
    (
        "serenity::collector",
        "a collector forgets at a restart: route by component id",
    ),
    (
        "quick_modal",
        "a form that is waited for is lost at a restart: route by component id",
    ),
    (
        "ComponentInteractionCollector",
        "a collector forgets at a restart: route by component id",
    ),
    (
        "ModalInteractionCollector",
        "a collector forgets at a restart: route by component id",
    ),
    (
        "await_component_interaction",
        "a collector forgets at a restart: route by component id",
    ),
    (
        "await_modal_interaction",
        "a collector forgets at a restart: route by component id",
    ),
    (
        "poise::Modal",
        "poise's modal waits in memory: a form submitted after a restart would be lost",
    ),
    (
        "execute_modal",
        "poise's modal waits in memory: a form submitted after a restart would be lost",
    ),
    ("std::env::var", "settings are read in config.rs and nowhere else"),
];

/// The longest a source file may be. One thing per file; most are under 300 lines.
const CEILING: usize = 500;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("the folder can be read") {
        let path = entry.expect("the entry can be read").path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The file's code: comments and the unit tests at its foot are left out.
fn code_of(path: &Path) -> String {
    let text = fs::read_to_string(path).expect("the file can be read");
    // Only a module that is written out here ends the code; one that is only named may stand anywhere.
    let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    code.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n")
}

/// Names that follow `crate::` in the code, also inside `use crate::{a, b}`.
fn imports_of(code: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut rest = code;
    while let Some(at) = rest.find("crate::") {
        let after = &rest[at + "crate::".len()..];
        if let Some(group) = after.strip_prefix('{') {
            let mut depth = 0_u32;
            let mut name = String::new();
            for c in group.chars() {
                match c {
                    '}' if depth == 0 => break,
                    '{' => depth += 1,
                    '}' => depth -= 1,
                    ',' if depth == 0 => {
                        names.insert(std::mem::take(&mut name));
                    }
                    c if depth == 0 && (c.is_alphanumeric() || c == '_') && !name.ends_with(':') => {
                        name.push(c);
                    }
                    ':' if depth == 0 => name.push(':'),
                    _ => {}
                }
            }
            names.insert(name);
        } else {
            names.insert(
                after
                    .chars()
                    .take_while(|c| c.is_alphanumeric() || *c == '_')
                    .collect(),
            );
        }
        rest = after;
    }
    names
        .into_iter()
        .map(|name| name.trim_end_matches(':').to_owned())
        .filter(|name| !name.is_empty())
        .collect()
}

fn names_crate(code: &str, name: &str) -> bool {
    let path = format!("{name}::");
    let attribute = format!("#[{name}");
    code.match_indices(&path)
        .any(|(at, _)| !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':'))
        || code.contains(&attribute)
        || code.contains(&format!("use {name};"))
}

#[test]
fn every_module_imports_only_from_the_layers_below_it() {
    let source = root().join("src");
    let mut offences = Vec::new();
    for path in sources(&source) {
        let place = path
            .strip_prefix(&source)
            .expect("below src")
            .to_string_lossy()
            .replace('\\', "/");
        if place == "lib.rs" || place == "main.rs" {
            continue;
        }
        let layer = LAYERS.iter().find(|layer| {
            place == layer.place
                || place.starts_with(&format!("{}/", layer.place))
                || place == format!("{}.rs", layer.place)
        });
        let Some(layer) = layer else {
            offences.push(format!(
                "src/{place}: belongs to no layer; name it in the table of tests/architecture.rs"
            ));
            continue;
        };
        let code = code_of(&path);
        for name in imports_of(&code) {
            if !layer.may_import.contains(&name.as_str()) {
                offences.push(format!("src/{place}: `{}` may not import `{name}`", layer.place));
            }
        }
        let within_sqlite = place.starts_with("storage/sqlite");
        let may_see_sqlite = within_sqlite || place.starts_with("cli") || place.starts_with("storage/mod.rs");
        if !may_see_sqlite && code.contains("storage::sqlite") {
            offences.push(format!(
                "src/{place}: only the subcommands choose a store; take `dyn Store`"
            ));
        }
        for name in GUARDED {
            if !layer.may_name.contains(name) && names_crate(&code, name) {
                offences.push(format!(
                    "src/{place}: `{}` may not name the crate `{name}`",
                    layer.place
                ));
            }
        }
    }
    assert!(offences.is_empty(), "\n{}\n", offences.join("\n"));
}

#[test]
fn nothing_waits_in_memory_for_a_press_or_a_form() {
    let mut offences = Vec::new();
    for path in sources(&root().join("src")) {
        let code = code_of(&path);
        for (word, reason) in BANNED {
            let at_home = *word == "std::env::var" && path.ends_with("config.rs");
            if code.contains(word) && !at_home {
                offences.push(format!("{}: `{word}`: {reason}", path.display()));
            }
        }
    }
    assert!(offences.is_empty(), "\n{}\n", offences.join("\n"));
}

#[test]
fn every_source_file_is_one_thing_and_says_what_lives_there() {
    let mut offences = Vec::new();
    let folders = ["src", "tests", "benches", "examples"].map(|folder| root().join(folder));
    for path in folders
        .iter()
        .filter(|folder| folder.is_dir())
        .flat_map(|folder| sources(folder))
    {
        let text = fs::read_to_string(&path).expect("the file can be read");
        let lines = text.lines().count();
        if lines > CEILING {
            offences.push(format!(
                "{}: {lines} lines; the ceiling is {CEILING}",
                path.display()
            ));
        }
        if !text.starts_with("//!") {
            offences.push(format!(
                "{}: does not begin by saying what lives there",
                path.display()
            ));
        }
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        for word in ["manager", "helper", "util", "handler", "misc", "common"] {
            if name.contains(word) {
                offences.push(format!(
                    "{}: `{word}` says nothing; name the thing",
                    path.display()
                ));
            }
        }
    }
    assert!(offences.is_empty(), "\n{}\n", offences.join("\n"));
}

#[test]
fn the_table_of_layers_sees_an_import_however_it_is_written() {
    let code = "use crate::model::{Clock, ids};\nuse crate::{storage::Store, rules::{Part, Place}, desk};\nfn f() { crate::app::x() }";
    let names: Vec<_> = imports_of(code)
        .into_iter()
        .map(|name| name.split(':').next().unwrap_or_default().to_owned())
        .collect();
    assert_eq!(names, ["app", "desk", "model", "rules", "storage"]);
    assert!(names_crate("let x = sqlx::query(\"\");", "sqlx"));
    assert!(!names_crate("crate::tokio::x()", "tokio"));
}
