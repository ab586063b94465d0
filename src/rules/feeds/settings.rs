//! `feeds.toml`: which lists of hosts an operator wants, where from, and for how long they are believed.
//!
//! ```toml
//! [[feed]]
//! id      = "our-own"              # letters, digits, hyphens; it stands in findings
//! path    = "bad-hosts.txt"        # beside this file; or: url = "https://lists.example/hosts.txt"
//! format  = "plain"                # plain | hosts | adguard | metamask
//! kind    = "block"                # block (default) | allow
//! every_hours  = 6                 # how often it is looked at; 1 to 168, default 6
//! expires_days = 30                # unconfirmed for so long, it is no longer believed; 1 to 365, default 30
//! max_mb  = 64                     # larger is refused; 1 to 512, default 64
//! licence = "ours"                 # under what terms; for the operator's memory
//! ```

use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_spanned::Spanned;

use super::format::Format;
use super::hosts::MOST_FEEDS;

/// What a list says of its hosts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// They are bad.
    #[default]
    Block,
    /// They are welcome: they count as listed by nobody.
    Allow,
}

/// Where a list is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A file.
    File(PathBuf),
    /// An address.
    Url(url::Url),
}

impl fmt::Display for Origin {
    /// An address without its query: that may hold a key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Url(url) => {
                let mut shown = url.clone();
                shown.set_query(None);
                write!(f, "{shown}")
            }
        }
    }
}

/// One list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feed {
    /// Its id: also the name of its copy on the disk.
    pub id: String,
    /// Where it is.
    pub origin: Origin,
    /// How it is written.
    pub format: Format,
    /// Whether it blocks or welcomes.
    pub kind: Kind,
    /// How often it is looked at.
    pub every: Duration,
    /// How long it is believed without being confirmed.
    pub expires: Duration,
    /// The largest file that is taken, in bytes.
    pub most_bytes: u64,
    /// Under what terms it may be used.
    pub licence: String,
}

/// Every list of a `feeds.toml`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FeedFile {
    /// In the order of the file: of a name that several hold, the first counts.
    pub feeds: Vec<Feed>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    #[serde(default, rename = "feed")]
    feeds: Vec<Spanned<RawFeed>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFeed {
    id: String,
    path: Option<PathBuf>,
    url: Option<String>,
    format: Format,
    #[serde(default)]
    kind: Kind,
    #[serde(default = "six")]
    every_hours: u64,
    #[serde(default = "thirty")]
    expires_days: u64,
    #[serde(default = "sixty_four")]
    max_mb: u64,
    #[serde(default)]
    licence: String,
}

const fn six() -> u64 {
    6
}
const fn thirty() -> u64 {
    30
}
const fn sixty_four() -> u64 {
    64
}

/// Everything that is wrong with a `feeds.toml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedFileErrors(pub Vec<String>);

impl fmt::Display for FeedFileErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.join("\n"))
    }
}

impl std::error::Error for FeedFileErrors {}

impl FeedFile {
    /// Reads the file. Paths in it are relative to its folder.
    pub fn load(path: &Path) -> Result<Self, FeedFileErrors> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| FeedFileErrors(vec![format!("{}: cannot be read: {error}", path.display())]))?;
        Self::parse(&text, path)
    }

    /// Reads its text. `path` names it in errors and is where relative paths begin.
    pub fn parse(text: &str, path: &Path) -> Result<Self, FeedFileErrors> {
        let name = path.display();
        let line_of = |span: &Range<usize>| text[..span.start.min(text.len())].matches('\n').count() + 1;
        let raw: RawFile = toml::from_str(text).map_err(|error| {
            let line = error.span().map_or(1, |span| line_of(&span));
            FeedFileErrors(vec![format!("{name}:{line}: {}", error.message())])
        })?;
        let folder = path.parent().unwrap_or(Path::new(""));
        let mut problems = Vec::new();
        let mut ids = BTreeSet::new();
        let mut feeds = Vec::new();
        for raw in raw.feeds {
            let line = line_of(&raw.span());
            let raw = raw.into_inner();
            if !ids.insert(raw.id.clone()) {
                problems.push(format!("{name}:{line}: there are two feeds called `{}`", raw.id));
            }
            match raw.into_feed(folder) {
                Ok(feed) => feeds.push(feed),
                Err(wrong) => problems.extend(wrong.into_iter().map(|what| format!("{name}:{line}: {what}"))),
            }
        }
        if feeds.len() > MOST_FEEDS {
            problems.push(format!(
                "{name}: {} feeds; at most {MOST_FEEDS} work together",
                feeds.len()
            ));
        }
        if problems.is_empty() {
            Ok(Self { feeds })
        } else {
            Err(FeedFileErrors(problems))
        }
    }
}

impl RawFeed {
    fn into_feed(self, folder: &Path) -> Result<Feed, Vec<String>> {
        let mut wrong = Vec::new();
        let id = &self.id;
        let sound = !id.is_empty()
            && id.len() <= 40
            && id
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if !sound {
            wrong.push(format!(
                "id `{id}`: use up to 40 small letters, digits and hyphens"
            ));
        }
        let origin = match (self.path, self.url) {
            (Some(path), None) => Some(Origin::File(folder.join(path))),
            (None, Some(url)) => match address(&url) {
                Ok(url) => Some(Origin::Url(url)),
                Err(why) => {
                    wrong.push(format!("feed `{id}`: its url {why}"));
                    None
                }
            },
            _ => {
                wrong.push(format!("feed `{id}`: give either a `path` or a `url`"));
                None
            }
        };
        for (name, value, range) in [
            ("every_hours", self.every_hours, 1..=168),
            ("expires_days", self.expires_days, 1..=365),
            ("max_mb", self.max_mb, 1..=512),
        ] {
            if !range.contains(&value) {
                wrong.push(format!(
                    "feed `{id}`: {name} = {value} is not from {} to {}",
                    range.start(),
                    range.end()
                ));
            }
        }
        match origin {
            Some(origin) if wrong.is_empty() => Ok(Feed {
                id: self.id,
                origin,
                format: self.format,
                kind: self.kind,
                every: Duration::from_secs(self.every_hours * 60 * 60),
                expires: Duration::from_secs(self.expires_days * 24 * 60 * 60),
                most_bytes: self.max_mb << 20,
                licence: self.licence,
            }),
            _ => Err(wrong),
        }
    }
}

/// An address that may be fetched: https, or http on this very machine.
fn address(given: &str) -> Result<url::Url, String> {
    let url = url::Url::parse(given).map_err(|error| format!("is no address ({error})"))?;
    let local = match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    match url.scheme() {
        "https" => Ok(url),
        "http" if local => Ok(url),
        "http" => Err("is not encrypted: whoever sits between could condemn any host; use https".to_owned()),
        other => Err(format!("begins with `{other}`: use https")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<FeedFile, FeedFileErrors> {
        FeedFile::parse(text, Path::new("/etc/nightdesk/feeds.toml"))
    }

    #[test]
    fn a_feed_needs_an_id_an_origin_and_a_format() {
        let file = parse("[[feed]]\nid = \"own\"\npath = \"bad.txt\"\nformat = \"plain\"\n").unwrap();
        let feed = &file.feeds[0];
        assert_eq!(feed.origin, Origin::File("/etc/nightdesk/bad.txt".into()));
        assert_eq!((feed.kind, feed.every), (Kind::Block, Duration::from_hours(6)));
        assert_eq!(feed.expires, Duration::from_hours(30 * 24));
        assert_eq!(parse("").unwrap(), FeedFile::default());
    }

    #[test]
    fn everything_wrong_is_told_at_once_with_its_line() {
        let text = "[[feed]]\nid = \"A b\"\nurl = \"http://lists.example/x\"\nformat = \"hosts\"\nexpires_days = 0\n\n\
                    [[feed]]\nid = \"two\"\npath = \"a\"\nurl = \"https://b.example\"\nformat = \"plain\"\n\n\
                    [[feed]]\nid = \"two\"\npath = \"a\"\nformat = \"plain\"\n";
        let told = parse(text).unwrap_err().to_string();
        for part in [
            "toml:1: id `A b`",
            "not encrypted",
            "expires_days = 0",
            "toml:7: feed `two`",
            "two feeds called",
        ] {
            assert!(told.contains(part), "{part} in {told}");
        }
        let typo = parse("[[feed]]\nid = \"a\"\npath = \"a\"\nformat = \"plain\"\nexpire = 3\n").unwrap_err();
        assert!(typo.to_string().contains("toml:5:"), "{typo}");
    }

    #[test]
    fn the_query_of_an_address_is_not_shown() {
        let file =
            parse("[[feed]]\nid = \"a\"\nurl = \"https://l.example/x?key=hush\"\nformat = \"plain\"\n")
                .unwrap();
        assert_eq!(file.feeds[0].origin.to_string(), "https://l.example/x");
    }
}
