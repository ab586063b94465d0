//! Why less is done than the policy says, and what it would have been: one line that is stored with the case.
//!
//! When something is softened is decided in [`super::policy`]; how it reads is said in `discord::words`.

use std::fmt;
use std::str::FromStr;

use super::policy_file::{action, written};
use crate::model::case::Action;

/// Why less is done than the policy says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Softening {
    /// Nobody has set the guild up.
    NotSetUp,
    /// The guild only observes.
    Observing,
    /// The guild only observes the rules that hit.
    RuleObserved,
    /// The author is staff.
    Staff,
    /// So many were banned and kicked within an hour that a person has to look.
    TooManyBans,
    /// The policy asks for the quarantine role, and no such role has been chosen.
    NoQuarantineRole,
    /// A moderator found another copy of it harmless.
    FoundHarmless,
    /// So much was done about its campaign within a minute that a moderator has to say whether it goes on.
    TooManyAtOnce,
}

impl Softening {
    const ALL: [(Self, &'static str); 8] = [
        (Self::NotSetUp, "not set up"),
        (Self::Observing, "observe mode"),
        (Self::RuleObserved, "observed rule"),
        (Self::Staff, "staff"),
        (Self::TooManyBans, "too many bans"),
        (Self::NoQuarantineRole, "no quarantine role"),
        (Self::FoundHarmless, "found harmless"),
        (Self::TooManyAtOnce, "too many at once"),
    ];

    fn name(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(one, _)| *one == self)
            .map_or("", |(_, name)| name)
    }
}

/// Why less is done, and what was not done. Written as `observe mode: delete, timeout 3600s, tell`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Softened {
    /// Why.
    pub why: Softening,
    /// What the policy says about a member in a guild that enforces it, as far as it was not done.
    pub spared: Vec<Action>,
}

impl Softened {
    /// Softened without anything that can be named.
    pub const fn by(why: Softening) -> Self {
        Self {
            why,
            spared: Vec::new(),
        }
    }
}

impl fmt::Display for Softened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.why.name())?;
        for (index, action) in self.spared.iter().enumerate() {
            write!(f, "{} {}", if index == 0 { ":" } else { "," }, written(action))?;
        }
        Ok(())
    }
}

/// The line was written by another version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this version of Nightdesk does not know why less was done")]
pub struct UnknownSoftening;

impl FromStr for Softened {
    type Err = UnknownSoftening;

    fn from_str(line: &str) -> Result<Self, UnknownSoftening> {
        let (name, spared) = line.split_once(": ").unwrap_or((line, ""));
        let known = Softening::ALL.iter().find(|(_, known)| *known == name);
        let why = known.ok_or(UnknownSoftening)?.0;
        let spared = spared.split(", ").filter(|text| !text.is_empty()).map(action);
        Ok(Self {
            why,
            spared: spared.collect::<Result<_, _>>().map_err(|_| UnknownSoftening)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_softening_reads_back_as_it_was_written() {
        let spared = vec![
            Action::Delete,
            Action::Timeout { seconds: 3600 },
            Action::Quarantine { seconds: None },
            Action::Quarantine { seconds: Some(60) },
            Action::Recover,
            Action::Tell,
            Action::Kick,
            Action::Ban {
                delete_seconds: 60,
                seconds: Some(7),
            },
            Action::Ban {
                delete_seconds: 0,
                seconds: None,
            },
        ];
        for (why, _) in Softening::ALL {
            for spared in [Vec::new(), vec![Action::Tell], spared.clone()] {
                let softened = Softened { why, spared };
                assert_eq!(softened.to_string().parse(), Ok(softened.clone()), "{softened}");
            }
        }
        assert_eq!("full moon".parse::<Softened>(), Err(UnknownSoftening));
        assert_eq!("staff: sing".parse::<Softened>(), Err(UnknownSoftening));
    }
}
