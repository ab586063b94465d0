//! The formats in which lists of hosts are published. Each gives names as written; what may be taken is asked elsewhere.
//!
//! - `plain`: one name a line; a whole address (`https://evil.example/x`) counts by its host.
//! - `hosts`: `0.0.0.0 evil.example www.evil.example`, as in `/etc/hosts`.
//! - `adguard`: `||evil.example^`, exceptions `@@||good.example^`
//!   (<https://adguard-dns.io/kb/general/dns-filtering-syntax/>). A rule that needs more than a host name is left out.
//! - `metamask`: the `config.json` of eth-phishing-detect, with `blacklist`, `whitelist` and `fuzzylist`. The fuzzy list
//!   is not taken: its makers no longer extend it, and lookalikes have a signal of their own here.

use serde::{Deserialize, Serialize};

/// How a list is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// One name a line.
    Plain,
    /// `/etc/hosts`.
    Hosts,
    /// Filter rules after `AdGuard` DNS.
    Adguard,
    /// eth-phishing-detect's `config.json`.
    Metamask,
}

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line<'t> {
    /// A name that the list is about.
    Listed(&'t str),
    /// A name that the list itself excepts.
    Excepted(&'t str),
    /// Something that is no host name in this format, with its number from 1.
    Odd(usize),
}

/// Why a list cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum FormatError {
    /// Not the JSON of eth-phishing-detect.
    #[error("is not a config.json of eth-phishing-detect: {0}")]
    NotJson(#[from] serde_json::Error),
}

#[derive(Deserialize)]
struct Config<'t> {
    #[serde(borrow, default, alias = "blocklist")]
    blacklist: Vec<std::borrow::Cow<'t, str>>,
    #[serde(borrow, default, alias = "allowlist")]
    whitelist: Vec<std::borrow::Cow<'t, str>>,
}

impl Format {
    /// Tells `each` every name of a list.
    pub fn read(self, text: &str, mut each: impl FnMut(Line<'_>)) -> Result<(), FormatError> {
        if self == Self::Metamask {
            let config: Config<'_> = serde_json::from_str(text)?;
            config
                .whitelist
                .iter()
                .for_each(|name| each(Line::Excepted(name)));
            config.blacklist.iter().for_each(|name| each(Line::Listed(name)));
            return Ok(());
        }
        // A byte order mark is no part of the first name.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        for (at, line) in text.lines().enumerate() {
            let line = line.trim();
            match self {
                Self::Plain => plain(line, &mut each),
                Self::Hosts => hosts(at + 1, line, &mut each),
                Self::Adguard => adguard(at + 1, line, &mut each),
                Self::Metamask => {}
            }
        }
        Ok(())
    }
}

/// The line before a comment that stands behind a blank.
fn without_comment(line: &str) -> &str {
    if line.starts_with(['#', ';', '!']) {
        return "";
    }
    match memchr::memchr(b'#', line.as_bytes()) {
        Some(at) if line[..at].ends_with([' ', '\t']) => line[..at].trim_end(),
        _ => line,
    }
}

fn plain(line: &str, each: &mut impl FnMut(Line<'_>)) {
    let line = without_comment(line);
    if line.is_empty() {
        return;
    }
    let host = match line.split_once("://") {
        Some((_, rest)) => rest,
        None => line,
    };
    let host = host.split(['/', '?', '#']).next().unwrap_or(host);
    let host = host.rsplit('@').next().unwrap_or(host);
    let host = match host.rsplit_once(':') {
        Some((name, port)) if !name.contains(':') && port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    };
    each(Line::Listed(host));
}

fn hosts(number: usize, line: &str, each: &mut impl FnMut(Line<'_>)) {
    let mut words = without_comment(line).split_ascii_whitespace();
    let Some(address) = words.next() else { return };
    if address.parse::<std::net::IpAddr>().is_err() {
        each(Line::Odd(number));
        return;
    }
    // Every such file names the machine itself first.
    let own = [
        "localhost",
        "localhost.localdomain",
        "local",
        "broadcasthost",
        "ip6-localhost",
        "ip6-loopback",
        "ip6-localnet",
        "ip6-mcastprefix",
        "ip6-allnodes",
        "ip6-allrouters",
        "ip6-allhosts",
        "0.0.0.0",
    ];
    for name in words.filter(|name| !own.contains(name)) {
        each(Line::Listed(name));
    }
}

fn adguard(number: usize, line: &str, each: &mut impl FnMut(Line<'_>)) {
    if line.is_empty() || line.starts_with(['!', '#', '[']) {
        return;
    }
    let (excepted, rule) = match line.strip_prefix("@@") {
        Some(rest) => (true, rest),
        None => (false, line),
    };
    // Options (`$important`) narrow or widen a rule for resolvers; the host stays the same.
    let rule = rule.split('$').next().unwrap_or(rule);
    let host = rule
        .strip_prefix("||")
        .and_then(|rest| rest.strip_suffix('^').or_else(|| rest.strip_suffix("^|")));
    match host {
        Some(host) if !host.contains(['*', '/', '^']) => each(if excepted {
            Line::Excepted(host)
        } else {
            Line::Listed(host)
        }),
        // Such lists hold plain names as well.
        None if !rule.contains(['|', '^', '*', '/', ' ']) && rule.contains('.') && !excepted => {
            each(Line::Listed(rule));
        }
        _ => each(Line::Odd(number)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(format: Format, text: &str) -> Vec<String> {
        let mut told = Vec::new();
        format
            .read(text, |line| {
                told.push(match line {
                    Line::Listed(name) => name.to_owned(),
                    Line::Excepted(name) => format!("not {name}"),
                    Line::Odd(number) => format!("line {number}"),
                });
            })
            .unwrap();
        told
    }

    #[test]
    fn each_format_gives_the_names_it_is_about() {
        let plain = "\u{feff}# list\nevil.example\n\n  https://a.evil.example:8443/claim?x=1  \nb.example # seen today\n";
        assert_eq!(
            read(Format::Plain, plain),
            ["evil.example", "a.evil.example", "b.example"]
        );
        let hosts =
            "127.0.0.1 localhost\n::1 localhost\n0.0.0.0 evil.example www.evil.example # x\nnonsense here\n";
        assert_eq!(
            read(Format::Hosts, hosts),
            ["evil.example", "www.evil.example", "line 4"]
        );
        let adguard = "! title\n||evil.example^\n@@||good.example^$important\n||a.example^$third-party\n||*.x.example^\n\
                       /banner/\nplain.example\nexample.org##.ad\n";
        assert_eq!(
            read(Format::Adguard, adguard),
            [
                "evil.example",
                "not good.example",
                "a.example",
                "line 5",
                "line 6",
                "plain.example",
                "example.org##.ad"
            ]
        );
        let metamask = r#"{"version": 2, "tolerance": 1, "fuzzylist": ["brand.example"], "whitelist": ["good.example"],
                           "blacklist": ["evil.example", "a.example"]}"#;
        assert_eq!(
            read(Format::Metamask, metamask),
            ["not good.example", "evil.example", "a.example"]
        );
        assert!(Format::Metamask.read("<html>", |_| {}).is_err());
    }
}
