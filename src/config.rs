//! Every setting of the process: read once from the environment and `.env`, checked all at once, refused early.
//!
//! Settings of one server live in the store and are changed by `/setup`; detection lives in the rules directory. The
//! table [`SETTINGS`] is what `.env.example` and the README are compared with.

use std::collections::HashMap;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use crate::model::{GuildId, UserId};

/// One setting, as it is documented.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Its name in the environment.
    pub name: &'static str,
    /// What holds when it is not set; empty: nothing, or it must be set.
    pub default: &'static str,
    /// What it does, in a sentence.
    pub doc: &'static str,
}

/// Every setting there is, in the order of `.env.example` and of the README.
pub const SETTINGS: &[Setting] = &[
    Setting {
        name: "DISCORD_TOKEN",
        default: "",
        doc: "The bot's token, from Discord's developer portal. Required; never shown or logged.",
    },
    Setting {
        name: "DISCORD_API_URL",
        default: "",
        doc: "Base address of a Discord stand-in, such as http://127.0.0.1:8080. Set: the real Discord is never reached.",
    },
    Setting {
        name: "DATABASE_URL",
        default: "sqlite://nightdesk.db",
        doc: "The SQLite file that holds everything the bot remembers. It is made when it is not there.",
    },
    Setting {
        name: "RULES_DIR",
        default: "rules",
        doc: "The folder with the rules and policy.toml.",
    },
    Setting {
        name: "DOMAIN_FEEDS",
        default: "",
        doc: "A feeds.toml that names lists of bad hosts to import. Unset: none, and nobody is asked for any.",
    },
    Setting {
        name: "GUILD_IDS",
        default: "",
        doc: "Servers in which commands are registered, separated by commas. Unset: registered everywhere.",
    },
    Setting {
        name: "OPERATOR_IDS",
        default: "",
        doc: "Accounts that may run /rules reload, separated by commas.",
    },
    Setting {
        name: "RETENTION_DAYS",
        default: "90",
        doc: "Days after which the contents of decided cases and closed tickets are erased: 1 to 3650.",
    },
    Setting {
        name: "LOG_FORMAT",
        default: "text",
        doc: "text for people, json for machines.",
    },
    Setting {
        name: "RUST_LOG",
        default: "info",
        doc: "How much is logged: error, warn, info, debug, or a filter such as info,nightdesk=debug.",
    },
];

/// A value that is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a value.
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// The value itself, for the one who sends it to Discord.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// How log lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines.
    Json,
}

/// The settings of the process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// `DISCORD_TOKEN`.
    pub token: Secret,
    /// `DISCORD_API_URL`, without a slash at its end.
    pub api_url: Option<String>,
    /// `DATABASE_URL`.
    pub database_url: String,
    /// `RULES_DIR`.
    pub rules_dir: PathBuf,
    /// `DOMAIN_FEEDS`.
    pub domain_feeds: Option<PathBuf>,
    /// `GUILD_IDS`.
    pub guilds: Vec<GuildId>,
    /// `OPERATOR_IDS`.
    pub operators: Vec<UserId>,
    /// `RETENTION_DAYS`.
    pub retention: Duration,
    /// `LOG_FORMAT`.
    pub log_format: LogFormat,
    /// `RUST_LOG`.
    pub log_filter: String,
}

/// Everything that is wrong with the settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigErrors(pub Vec<String>);

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the settings are not right (.env.example explains each of them):")?;
        for problem in &self.0 {
            write!(f, "\n  - {problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigErrors {}

impl Config {
    /// Reads the settings from the environment and, for what is not set there, from `.env` in the working directory.
    pub fn from_env() -> Result<Self, ConfigErrors> {
        let file = read_dotenv()?;
        Self::read(|name| match std::env::var(name) {
            Ok(value) => Some(value),
            Err(_) => file.get(name).cloned(),
        })
    }

    /// Reads where the database is, as [`Self::from_env`] does, and nothing else.
    pub fn database_from_env() -> Result<String, ConfigErrors> {
        let given = match std::env::var("DATABASE_URL") {
            Ok(value) => Some(value),
            Err(_) => read_dotenv()?.get("DATABASE_URL").cloned(),
        };
        let url = given
            .filter(|value| !value.trim().is_empty())
            .unwrap_or_else(|| default_of("DATABASE_URL").to_owned());
        database_url(url).map_err(|problem| ConfigErrors(vec![problem]))
    }

    /// Reads the settings from wherever `lookup` finds them. A value of blanks counts as not set.
    pub fn read(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigErrors> {
        let mut problems = Vec::new();
        let get = |name: &str| -> Option<String> {
            lookup(name)
                .map(|value| value.trim().to_owned())
                .filter(|value| !value.is_empty())
        };
        let or_default = |name: &str| get(name).unwrap_or_else(|| default_of(name).to_owned());
        let config = Self {
            token: take(&mut problems, token(get("DISCORD_TOKEN"))).unwrap_or_else(|| Secret::new("")),
            api_url: take(
                &mut problems,
                get("DISCORD_API_URL").map(|url| api_url(&url)).transpose(),
            )
            .flatten(),
            database_url: take(&mut problems, database_url(or_default("DATABASE_URL"))).unwrap_or_default(),
            rules_dir: PathBuf::from(or_default("RULES_DIR")),
            domain_feeds: get("DOMAIN_FEEDS").map(PathBuf::from),
            guilds: take(&mut problems, ids("GUILD_IDS", get("GUILD_IDS")))
                .unwrap_or_default()
                .into_iter()
                .map(GuildId)
                .collect(),
            operators: take(&mut problems, ids("OPERATOR_IDS", get("OPERATOR_IDS")))
                .unwrap_or_default()
                .into_iter()
                .map(UserId)
                .collect(),
            retention: take(&mut problems, retention(&or_default("RETENTION_DAYS"))).unwrap_or_default(),
            log_format: take(&mut problems, log_format(&or_default("LOG_FORMAT"))).unwrap_or(LogFormat::Text),
            log_filter: take(&mut problems, log_filter(or_default("RUST_LOG"))).unwrap_or_default(),
        };
        if problems.is_empty() {
            Ok(config)
        } else {
            Err(ConfigErrors(problems))
        }
    }
}

fn default_of(name: &str) -> &'static str {
    SETTINGS
        .iter()
        .find(|setting| setting.name == name)
        .map_or("", |setting| setting.default)
}

fn take<T>(problems: &mut Vec<String>, outcome: Result<T, String>) -> Option<T> {
    outcome.map_err(|problem| problems.push(problem)).ok()
}

/// The lines of `.env`, or nothing when there is no such file. A broken line is named by what it is, never shown: it may
/// hold the token.
fn read_dotenv() -> Result<HashMap<String, String>, ConfigErrors> {
    let unreadable = |why: &str| ConfigErrors(vec![format!(".env cannot be read: {why}")]);
    let lines = match dotenvy::from_filename_iter(".env") {
        Ok(lines) => lines,
        Err(dotenvy::Error::Io(error)) if error.kind() == std::io::ErrorKind::NotFound => {
            return Ok(HashMap::new());
        }
        Err(dotenvy::Error::Io(error)) => return Err(unreadable(&error.to_string())),
        Err(_) => return Err(unreadable("its form is wrong")),
    };
    lines
        .enumerate()
        .map(|(at, line)| {
            line.map_err(|_| unreadable(&format!("setting {} is not of the form NAME=value", at + 1)))
        })
        .collect()
}

fn token(given: Option<String>) -> Result<Secret, String> {
    let token =
        given.ok_or("DISCORD_TOKEN is not set: copy the bot's token from Discord's developer portal")?;
    let bare = token.strip_prefix("Bot ").unwrap_or(&token).to_owned();
    if bare.is_empty() || !bare.chars().all(|one| one.is_ascii_graphic()) {
        return Err(
            "DISCORD_TOKEN holds blanks or characters that no token has: copy it again, without quotes"
                .to_owned(),
        );
    }
    Ok(Secret(bare))
}

fn api_url(given: &str) -> Result<String, String> {
    let wrong = |why: &str| format!("DISCORD_API_URL {why}: it has to look like http://127.0.0.1:8080");
    let url = url::Url::parse(given).map_err(|error| wrong(&format!("is not an address ({error})")))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(wrong("is neither http nor https"));
    }
    if url.host_str().is_none_or(str::is_empty) {
        return Err(wrong("names no host"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("holds a name or password"));
    }
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        return Err(wrong(
            "has something after the host (the bot adds /api/v10 itself)",
        ));
    }
    Ok(given.trim_end_matches('/').to_owned())
}

fn database_url(given: String) -> Result<String, String> {
    if given.starts_with("sqlite:") {
        Ok(given)
    } else {
        Err("DATABASE_URL has to begin with sqlite:, such as sqlite://nightdesk.db".to_owned())
    }
}

fn ids(name: &str, given: Option<String>) -> Result<Vec<u64>, String> {
    given
        .unwrap_or_default()
        .split([',', ' ', ';'])
        .filter(|word| !word.is_empty())
        .map(|word| match word.parse::<u64>() {
            Ok(id) if id > 0 && id < 1 << 63 => Ok(id),
            _ => Err(format!(
                "{name}: {word:?} is not an id: ids are numbers separated by commas (Copy ID in Discord)"
            )),
        })
        .collect()
}

fn retention(given: &str) -> Result<Duration, String> {
    match given.parse::<u64>() {
        Ok(days @ 1..=3650) => Ok(Duration::from_secs(days * 24 * 60 * 60)),
        _ => Err(format!(
            "RETENTION_DAYS: {given:?} is not a number of days from 1 to 3650"
        )),
    }
}

fn log_format(given: &str) -> Result<LogFormat, String> {
    match given {
        "text" => Ok(LogFormat::Text),
        "json" => Ok(LogFormat::Json),
        other => Err(format!("LOG_FORMAT: {other:?} is neither text nor json")),
    }
}

fn log_filter(given: String) -> Result<String, String> {
    match tracing_subscriber::EnvFilter::try_new(&given) {
        Ok(_) => Ok(given),
        Err(error) => Err(format!("RUST_LOG: {given:?} is not a filter ({error}); try info")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(set: &[(&str, &str)]) -> Result<Config, ConfigErrors> {
        Config::read(|name| {
            set.iter()
                .find(|(one, _)| *one == name)
                .map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn a_token_is_enough() {
        let config = read(&[("DISCORD_TOKEN", "abc.def.ghi")]).expect("the settings are right");
        assert_eq!(config.database_url, "sqlite://nightdesk.db");
        assert_eq!(config.rules_dir, PathBuf::from("rules"));
        assert_eq!(config.retention, Duration::from_hours(90 * 24));
        assert_eq!((config.api_url, config.log_filter.as_str()), (None, "info"));
        assert!(config.guilds.is_empty() && config.operators.is_empty());
    }

    #[test]
    fn every_bad_setting_is_named_at_once_with_what_to_do() {
        let errors = read(&[
            ("DISCORD_TOKEN", "two words"),
            ("DISCORD_API_URL", "http://127.0.0.1:1/api/v10"),
            ("DATABASE_URL", "postgres://x"),
            ("GUILD_IDS", "12, twelve"),
            ("OPERATOR_IDS", "0"),
            ("RETENTION_DAYS", "never"),
            ("LOG_FORMAT", "xml"),
            ("RUST_LOG", "nightdesk=loud"),
        ])
        .expect_err("all of them are wrong");
        let told = errors.to_string();
        for setting in SETTINGS
            .iter()
            .filter(|setting| !matches!(setting.name, "RULES_DIR" | "DOMAIN_FEEDS"))
        {
            assert!(told.contains(setting.name), "{} in {told}", setting.name);
        }
        assert!(
            !told.contains("two words"),
            "a token is never shown, not even a wrong one"
        );
        assert_eq!(read(&[]).expect_err("no token").0.len(), 1);
    }

    #[test]
    fn the_token_is_never_shown() {
        let config = read(&[("DISCORD_TOKEN", "Bot abc.def")]).expect("the settings are right");
        assert_eq!(config.token.reveal(), "abc.def");
        assert!(!format!("{config:?} {}", config.token).contains("abc"));
    }

    #[test]
    fn ids_may_be_separated_by_commas_and_blanks() {
        let config = read(&[
            ("DISCORD_TOKEN", "t"),
            ("GUILD_IDS", "1, 2 3"),
            ("OPERATOR_IDS", "4"),
        ])
        .expect("right");
        assert_eq!(config.guilds, [GuildId(1), GuildId(2), GuildId(3)]);
        assert_eq!(config.operators, [UserId(4)]);
    }

    #[test]
    fn the_address_of_a_stand_in_is_taken_without_its_slash() {
        let config = read(&[
            ("DISCORD_TOKEN", "t"),
            ("DISCORD_API_URL", "http://127.0.0.1:8080/"),
        ])
        .expect("right");
        assert_eq!(config.api_url.as_deref(), Some("http://127.0.0.1:8080"));
        for wrong in ["127.0.0.1:8080", "ftp://x", "http://u:p@x", "http://x?y"] {
            assert!(
                read(&[("DISCORD_TOKEN", "t"), ("DISCORD_API_URL", wrong)]).is_err(),
                "{wrong}"
            );
        }
    }
}
