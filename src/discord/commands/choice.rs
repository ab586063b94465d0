//! Options that offer a fixed list: what people pick, as text.
//!
//! `poise::ChoiceParameter` numbers its choices by their order, so that adding one in the middle would change what an
//! older command means. Here the value is a word that stays.

use poise::serenity_prelude as serenity;
use poise::{SlashArgError, SlashArgument};

use crate::discord::words::desk as words;
use crate::model::case::CaseState;
use crate::model::guild::{Mode, RuleMode, Tier};
use crate::model::ticket::Area;

/// Something that an option offers.
pub trait Choice: Copy + Sized + 'static {
    /// Every choice, in the order people see them; at most 25.
    fn all() -> Vec<Self>;
    /// The word that Discord sends back; never changes its meaning.
    fn value(self) -> &'static str;
    /// What people read.
    fn label(self) -> String;
}

impl Choice for Area {
    fn all() -> Vec<Self> {
        Self::ALL.to_vec()
    }

    fn value(self) -> &'static str {
        self.slug()
    }

    fn label(self) -> String {
        words::area_name(self).to_owned()
    }
}

impl Choice for Tier {
    fn all() -> Vec<Self> {
        Self::ALL.to_vec()
    }

    fn value(self) -> &'static str {
        self.name()
    }

    fn label(self) -> String {
        self.name().to_owned()
    }
}

impl Choice for Mode {
    fn all() -> Vec<Self> {
        vec![Self::Observe, Self::Enforce]
    }

    fn value(self) -> &'static str {
        match self {
            Self::Observe => "observe",
            Self::Enforce => "enforce",
        }
    }

    fn label(self) -> String {
        self.value().to_owned()
    }
}

impl Choice for CaseState {
    fn all() -> Vec<Self> {
        vec![Self::Open, Self::Confirmed, Self::Restored]
    }

    fn value(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Confirmed => "confirmed",
            Self::Restored => "restored",
        }
    }

    fn label(self) -> String {
        self.value().to_owned()
    }
}

/// What a rule does in one server; `None`: what its file says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InServer(pub Option<RuleMode>);

impl Choice for InServer {
    fn all() -> Vec<Self> {
        vec![
            Self(None),
            Self(Some(RuleMode::Observe)),
            Self(Some(RuleMode::Off)),
        ]
    }

    fn value(self) -> &'static str {
        match self.0 {
            None => "enforce",
            Some(RuleMode::Observe) => "observe",
            Some(RuleMode::Off) => "off",
        }
    }

    fn label(self) -> String {
        self.value().to_owned()
    }
}

/// A tier that can be asked for help with a ticket: all that work tickets, except those who answer first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Team(pub Tier);

impl Choice for Team {
    fn all() -> Vec<Self> {
        let asked = |tier: &Tier| tier.works_tickets() && *tier != Tier::L1;
        Tier::ALL.into_iter().filter(asked).map(Self).collect()
    }

    fn value(self) -> &'static str {
        self.0.name()
    }

    fn label(self) -> String {
        self.0.name().to_owned()
    }
}

/// One of the choices of `T`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chosen<T>(pub T);

#[async_trait::async_trait]
impl<T: Choice + Send> SlashArgument for Chosen<T> {
    async fn extract(
        _ctx: &serenity::Context,
        _interaction: &serenity::CommandInteraction,
        value: &serenity::ResolvedValue<'_>,
    ) -> Result<Self, SlashArgError> {
        let serenity::ResolvedValue::String(given) = value else {
            return Err(SlashArgError::new_command_structure_mismatch("expected text"));
        };
        chosen(given).ok_or_else(|| SlashArgError::new_command_structure_mismatch("not one of the choices"))
    }

    fn create(builder: serenity::CreateCommandOption) -> serenity::CreateCommandOption {
        T::all().into_iter().fold(
            builder.kind(serenity::CommandOptionType::String),
            |builder, choice| builder.add_string_choice(choice.label(), choice.value()),
        )
    }
}

fn chosen<T: Choice>(given: &str) -> Option<Chosen<T>> {
    T::all()
        .into_iter()
        .find(|choice| choice.value() == given)
        .map(Chosen)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn every_choice_is_read_back<T: Choice + PartialEq + std::fmt::Debug>() {
        let all = T::all();
        assert!((1..=25).contains(&all.len()));
        for choice in all {
            assert_eq!(chosen(choice.value()), Some(Chosen(choice)));
            assert!(choice.label().chars().count() <= 100);
        }
        assert_eq!(chosen::<T>("?"), None);
    }

    #[test]
    fn what_is_offered_is_what_is_read_back() {
        every_choice_is_read_back::<Area>();
        every_choice_is_read_back::<Tier>();
        every_choice_is_read_back::<Team>();
        every_choice_is_read_back::<Mode>();
        every_choice_is_read_back::<CaseState>();
        every_choice_is_read_back::<InServer>();
    }
}
