//! What no list may condemn. Published lists have held `cloudfront.net`, `calendly.com` and `org.in`: taken as written,
//! each of them would remove the messages of half a server.

use std::path::Path;

use super::super::domains::{DomainSet, Suffixes, is_public_suffix, parents};

/// Lists of a rule directory whose hosts, and whose hosts' parents, may not be listed by a feed.
const PROTECTED: [&str; 6] = [
    "lists/protected-hosts.txt",
    "lists/known-hosts.txt",
    "lists/shared-hosting.txt",
    "lists/shared-pages.txt",
    "lists/messengers.txt",
    "lists/shorteners.txt",
];

/// Why a name of a list was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Refusal {
    /// Not a host name.
    NotAHost,
    /// A public suffix: everybody's sites live below it.
    PublicSuffix,
    /// On the protect list, or above a host that is.
    Protected,
    /// An address of a private network or of the machine itself.
    PrivateAddress,
}

impl Refusal {
    /// What a report says.
    pub const fn words(self) -> &'static str {
        match self {
            Self::NotAHost => "no host names",
            Self::PublicSuffix => "public suffixes, below which everybody's sites live",
            Self::Protected => "on the protect list (lists/*.txt of the rules)",
            Self::PrivateAddress => "private addresses",
        }
    }
}

/// The brakes of an import.
#[derive(Debug, Clone, Default)]
pub struct Guard {
    protected: DomainSet,
}

impl Guard {
    /// Protects these hosts and everything above them.
    pub fn protecting<S: AsRef<str>>(hosts: impl IntoIterator<Item = S>) -> Self {
        let mut protected = DomainSet::new();
        for host in hosts {
            let Some(host) = super::super::domains::canonical(host.as_ref()) else {
                continue;
            };
            for name in parents(&host) {
                let _full = protected.insert(name, Suffixes::Allow);
            }
        }
        protected.shrink();
        Self { protected }
    }

    /// Protects what the lists of a rule directory name. A list that is not there protects nothing.
    pub fn of_rules(directory: &Path) -> Self {
        let lists = PROTECTED
            .iter()
            .filter_map(|list| std::fs::read_to_string(directory.join(list)).ok());
        let hosts: Vec<String> = lists
            .flat_map(|text| {
                let hosts = text.lines().filter_map(|line| {
                    let host = line.split('#').next().unwrap_or_default().trim();
                    (!host.is_empty()).then(|| host.to_owned())
                });
                hosts.collect::<Vec<_>>()
            })
            .collect();
        Self::protecting(hosts)
    }

    /// Whether a name in its canonical form may be listed.
    pub fn admits(&self, name: &str) -> Result<(), Refusal> {
        if name.as_bytes().last().is_some_and(u8::is_ascii_digit)
            && let Ok(address) = name.parse::<std::net::Ipv4Addr>()
        {
            let inside = address.is_loopback()
                || address.is_private()
                || address.is_unspecified()
                || address.is_link_local()
                || address.is_broadcast();
            return if inside {
                Err(Refusal::PrivateAddress)
            } else {
                Ok(())
            };
        }
        if self.protected.contains_exactly(name) {
            // Suffixes stand on the protect list as parents too; they are told by their own name.
            return Err(if is_public_suffix(name) {
                Refusal::PublicSuffix
            } else {
                Refusal::Protected
            });
        }
        if is_public_suffix(name) {
            return Err(Refusal::PublicSuffix);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suffixes_big_hosts_and_what_stands_above_them_are_refused() {
        let guard = Guard::of_rules(&Path::new(env!("CARGO_MANIFEST_DIR")).join("rules"));
        for (name, refusal) in [
            ("com", Refusal::PublicSuffix),
            ("org.in", Refusal::PublicSuffix),
            ("pages.dev", Refusal::PublicSuffix),
            ("cloudfront.net", Refusal::PublicSuffix),
            ("azurewebsites.net", Refusal::PublicSuffix),
            ("localhost", Refusal::PublicSuffix),
            ("calendly.com", Refusal::Protected),
            ("google.com", Refusal::Protected),
            ("codebeautify.org", Refusal::Protected),
            ("digiday.com", Refusal::Protected),
            ("discord.com", Refusal::Protected),
            ("cdn.discordapp.com", Refusal::Protected),
            ("t.me", Refusal::Protected),
            ("192.168.0.1", Refusal::PrivateAddress),
            ("0.0.0.0", Refusal::PrivateAddress),
        ] {
            assert_eq!(guard.admits(name), Err(refusal), "{name}");
        }
        for name in [
            "claim.pages.dev",
            "d1234.cloudfront.net",
            "evil.example",
            "203.0.113.7",
        ] {
            assert_eq!(guard.admits(name), Ok(()), "{name}");
        }
    }

    #[test]
    fn a_parent_of_a_protected_host_is_protected_with_it() {
        let guard = Guard::protecting(["docs.big.example"]);
        assert_eq!(guard.admits("big.example"), Err(Refusal::Protected));
        assert_eq!(guard.admits("evil.docs.big.example"), Ok(()));
        assert_eq!(guard.admits("notbig.example"), Ok(()));
    }
}
