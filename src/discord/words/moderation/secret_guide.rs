//! What somebody reads whose secret was public for a moment: exact steps for what they gave away, the dearest first.
//!
//! Order matters: whoever reads it is in a hurry and frightened. Nothing here shows any of the secret.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::inline;
use crate::artefacts::secrets::SecretKind;
use crate::discord::words::{Card, Tone};
use crate::model::case::Case;

/// What has to be done, by what it protects; the dearest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Remedy {
    Wallet,
    Exchange,
    DiscordToken,
    Webhook,
    Telegram,
    Service,
    KeyFile,
}

impl Remedy {
    const fn of(kind: SecretKind) -> Self {
        match kind {
            SecretKind::SeedPhrase
            | SecretKind::Wif
            | SecretKind::ExtendedKey
            | SecretKind::EvmKey
            | SecretKind::SolanaKeypair
            | SecretKind::Bech32Key => Self::Wallet,
            SecretKind::ExchangeKey => Self::Exchange,
            SecretKind::DiscordToken => Self::DiscordToken,
            SecretKind::WebhookUrl => Self::Webhook,
            SecretKind::TelegramToken => Self::Telegram,
            SecretKind::AccessToken => Self::Service,
            SecretKind::PemKey => Self::KeyFile,
        }
    }

    /// What was given away, as the sentence "it held …" needs it.
    const fn what(self) -> &'static str {
        match self {
            Self::Wallet => "a seed phrase or a private key",
            Self::Exchange => "the key to an account at an exchange or a cloud",
            Self::DiscordToken => "the token of a Discord bot or account",
            Self::Webhook => "the address of a webhook",
            Self::Telegram => "the token of a Telegram bot",
            Self::Service => "an access token",
            Self::KeyFile => "the private half of a key file",
        }
    }

    const fn steps(self) -> &'static [&'static str] {
        match self {
            Self::Wallet => &[
                "On a device you trust, make a **new wallet** with a new seed phrase. Write it on paper.",
                "**Send everything you own there now**, the most valuable first. Whatever is staked or lent: start \
                 taking it out.",
                "Never use the old wallet again, on any chain. A new password or a fresh installation does not help: \
                 the phrase itself is known.",
                "Never type a seed phrase into a chat, a form or a website again, this one included.",
            ],
            Self::Exchange => &[
                "Type the exchange's address yourself, sign in, open its API settings and **delete that key**.",
                "Look through open orders, withdrawals and saved withdrawal addresses. What you do not know: cancel it \
                 and tell the exchange's support through its own site.",
                "Make a new key only if you need one, without the right to withdraw and bound to your own address.",
            ],
            Self::DiscordToken => &[
                "A bot's token: open Discord's Developer Portal, your application, Bot, and press **Reset Token**.",
                "Your own account's token: **change your Discord password**. That ends every session and the token \
                 with it.",
                "Look whether something was written or changed that you did not do.",
            ],
            Self::Webhook => &[
                "Open the channel's settings, Integrations, Webhooks, and **delete** that webhook. A new one gets a new \
                 address.",
                "Look whether something was posted with it that you did not write.",
            ],
            Self::Telegram => &[
                "In Telegram write `/revoke` to **@BotFather** and choose the bot: the old token ends at once.",
                "Look whether the bot wrote something that you did not.",
            ],
            Self::Service => &[
                "Sign in to the service that issued it, open its tokens or API keys, and **revoke** that one (GitHub: \
                 Settings, Developer settings).",
                "Look through the service's activity or billing for what you did not do.",
            ],
            Self::KeyFile => &[
                "Make a **new key pair** and put its public half wherever the old one stood.",
                "Remove the old one everywhere; if a certificate was made for it, have that revoked.",
            ],
        }
    }
}

/// What to do now that a secret has been public.
pub(super) fn guide(case: &Case, guild_name: &str) -> Card {
    let kinds = case
        .evidence
        .iter()
        .flat_map(|message| &message.parts)
        .flat_map(|part| &part.secrets);
    let mut remedies: BTreeSet<Remedy> = kinds.map(|secret| Remedy::of(secret.kind)).collect();
    if remedies.is_empty() {
        remedies.insert(Remedy::Wallet);
    }
    let is_wallet = remedies.contains(&Remedy::Wallet);
    let what: Vec<&str> = remedies.iter().map(|remedy| remedy.what()).collect();
    let mut body = format!(
        "Your message in <#{}> ({}) held {}. It was removed at once, and no copy was kept. You did nothing forbidden, \
         but programs read public channels within seconds, so **treat it as stolen**.\n\n",
        case.channel,
        inline(guild_name, 100),
        what.join(", and "),
    );
    let steps = remedies.iter().flat_map(|remedy| remedy.steps());
    for (at, step) in steps.enumerate() {
        let _ = writeln!(body, "**{}.** {step}", at + 1);
    }
    body.push_str(if is_wallet {
        "\n**Nobody from the team will ask for your phrase, and nobody will write to you first.** Whoever offers now to \
         check, sync or recover your wallet is a thief, whatever their name and picture."
    } else {
        "\n**Nobody from the team will ask for a token or a key, and nobody will write to you first.**"
    });
    Card {
        title: if is_wallet {
            "The key to your wallet was public. Please act now"
        } else if remedies.contains(&Remedy::Exchange) {
            "The key to an account of yours was public. Please act now"
        } else {
            "A token of yours was public. Please replace it now"
        }
        .to_owned(),
        body,
        footer: format!("Case #{}. If it was no real secret, press Contest.", case.number),
        tone: Tone::Danger,
        ..Card::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_secret_has_its_own_steps_and_all_together_fit_on_one_card() {
        let mut length = 0;
        for kind in SecretKind::ALL {
            let remedy = Remedy::of(kind);
            assert_eq!(remedy == Remedy::Wallet, kind.opens_a_wallet(), "{kind:?}");
            assert!(remedy.steps().len() >= 2);
            length += remedy.steps().iter().map(|step| step.len()).sum::<usize>() + remedy.what().len();
        }
        assert!(length < 6 * 4096, "Discord takes 4096 characters");
        let distinct: BTreeSet<Remedy> = SecretKind::ALL.into_iter().map(Remedy::of).collect();
        let all: usize = distinct
            .iter()
            .map(|remedy| {
                remedy.what().len() + remedy.steps().iter().map(|step| step.len() + 10).sum::<usize>()
            })
            .sum();
        assert!(all < 3500, "{all}");
    }
}
