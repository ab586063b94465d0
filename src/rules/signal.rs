//! The vocabulary of signals: what the engine itself can see in a message, for rules to name in `signals = [..]`.
//!
//! How each is computed lives beside what it is computed from: links, names, text, secrets.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Something that no list of words can say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[repr(u8)]
pub enum Signal {
    // Links.
    /// Any link, invitations excepted.
    Link,
    /// A link to a host that is on no list of well-known hosts (`lists/known-hosts.txt`) and not allowed here.
    UnknownLink,
    /// A link to a host that is denied (`ScanContext::denied_hosts`) or that an imported list holds.
    ListedHost,
    /// `[words](target)`.
    MaskedLink,
    /// `[host-like words](target)` where the words name another host than the target.
    MaskedLinkMismatch,
    /// A link that appears only after cleaning: split, quoted, zero-width, missing slash, look-alike dot.
    LinkOnlyAfterCleaning,
    /// A host written with percent-encoding.
    EncodedHost,
    /// `https://trusted.example@evil.example`.
    UserinfoLink,
    /// A link to a bare public IP address (private ranges excepted).
    IpHost,
    /// A host in punycode or with letters beyond ASCII.
    IdnHost,
    /// A host with a label that mixes scripts, or that consists of look-alikes of Latin letters only.
    MixedScriptHost,
    /// A host without scheme or `www.`.
    BareDomain,
    /// A host whose dots or letters are spaced out: `name . c o m`.
    SpacedDomain,
    /// `hxxp`, `[.]`, `(dot)`.
    DefangedLink,
    /// A brand's name, written correctly, in the host of somebody else.
    BrandInHost,
    /// A host made of lure words: `claim-season2.pages.dev` (`lists/host-words.txt`).
    LureHost,
    /// A link to where anybody has a site or a page within a minute (`lists/shared-hosting.txt`, `lists/shared-pages.txt`).
    SharedHosting,
    /// The same, with a lure word in the customer's name or the page's path.
    SharedHostingLure,
    /// A link shortener, which hides where a link leads (`lists/shorteners.txt`).
    Shortener,
    /// A link to a messenger outside Discord (`lists/messengers.txt`).
    MessengerLink,
    /// A link that is split over lines or quotes.
    SplitLink,
    /// A link to an unknown host that no regular of this guild has linked to before (`ScanContext::seen_hosts`).
    NewLink,
    /// Three or more links to pictures on Discord's own file host, with next to no text.
    ImageLinkWall,
    /// A link whose path ends like a program or an archive.
    DownloadLink,
    // Invitations.
    /// An invitation to another server.
    ForeignInvite,
    /// An invitation whose target is unknown yet.
    UnresolvedInvite,
    // Text.
    /// Everyone is pinged, or the text says `@everyone` or `@here`.
    MentionEveryone,
    /// Invisible characters inside Latin words (emoji sequences and Persian spelling excepted).
    HiddenCharacters,
    /// A word that mixes Latin with look-alike letters of other scripts.
    MixedScriptWord,
    /// Characters that turn the reading direction around inside Latin text.
    ReversedText,
    /// Four or more single letters spaced out.
    SpacedLetters,
    /// Words split over quoted or very short lines.
    SplitLines,
    /// Markdown inside words.
    MarkdownInWord,
    /// At least 20 letters, four fifths of them capitals.
    Shouting,
    /// Eight or more emoji.
    ManyEmoji,
    /// Five or more mentions of members or roles.
    ManyMentions,
    /// Fifteen or more line breaks.
    ManyLines,
    /// A telephone number with its country code, also with broken punctuation; without a plus sign beside a word like "call".
    PhoneNumber,
    /// An amount of money or coins: `$500`, `2 btc`, `1.5 ETH`.
    MoneyAmount,
    /// An account or tag by name: `@some_name`, `#some_name`, a mention. Channels, mail and `@everyone` do not count.
    AccountName,
    /// The name of a messenger outside Discord: Telegram, WhatsApp, Signal.
    MessengerName,
    /// The reader is to connect, validate or repair a wallet.
    WalletLure,
    /// Money is to come back multiplied: "double your", "send 1 get 2", "turned $200 into $2000".
    MoneyMultiplied,
    /// The reader is hurried: "before it ends", "last chance", "only today".
    Urgency,
    /// The reader is to open a ticket, or to write to a help desk.
    TicketBait,
    /// Somebody asks for a secret: "send your seed phrase". Warnings against it do not count.
    SecretAsked,
    /// A secret was posted (already masked).
    SecretPosted,
    /// The message is an edit.
    Edited,
    /// The author joined less than a week ago (`ScanContext::member_for`).
    NewMember,
    /// It is the author's first message here (`ScanContext::first_message`).
    FirstMessage,
    /// The same text stands elsewhere, in another channel or by another author (`ScanContext::text_elsewhere`).
    TextElsewhere,
    /// Somebody here asked for help in public a short while ago, and this is not them (`ScanContext::answers_cry`).
    AnswersCryForHelp,
    // Attachments and names.
    /// Four or more attached pictures.
    AttachmentWall,
    /// An attachment that runs when opened, also behind a second extension.
    DangerousAttachment,
    /// A name that imitates one of the staff.
    StaffNameLookalike,
    // What the edge has seen elsewhere.
    /// The same account posted the same in several channels within seconds.
    Cadence,
}

impl Signal {
    /// Every signal, in the order of declaration.
    pub const ALL: [Self; 56] = [
        Self::Link,
        Self::UnknownLink,
        Self::ListedHost,
        Self::MaskedLink,
        Self::MaskedLinkMismatch,
        Self::LinkOnlyAfterCleaning,
        Self::EncodedHost,
        Self::UserinfoLink,
        Self::IpHost,
        Self::IdnHost,
        Self::MixedScriptHost,
        Self::BareDomain,
        Self::SpacedDomain,
        Self::DefangedLink,
        Self::BrandInHost,
        Self::LureHost,
        Self::SharedHosting,
        Self::SharedHostingLure,
        Self::Shortener,
        Self::MessengerLink,
        Self::SplitLink,
        Self::NewLink,
        Self::ImageLinkWall,
        Self::DownloadLink,
        Self::ForeignInvite,
        Self::UnresolvedInvite,
        Self::MentionEveryone,
        Self::HiddenCharacters,
        Self::MixedScriptWord,
        Self::ReversedText,
        Self::SpacedLetters,
        Self::SplitLines,
        Self::MarkdownInWord,
        Self::Shouting,
        Self::ManyEmoji,
        Self::ManyMentions,
        Self::ManyLines,
        Self::PhoneNumber,
        Self::MoneyAmount,
        Self::AccountName,
        Self::MessengerName,
        Self::WalletLure,
        Self::MoneyMultiplied,
        Self::Urgency,
        Self::TicketBait,
        Self::SecretAsked,
        Self::SecretPosted,
        Self::Edited,
        Self::NewMember,
        Self::FirstMessage,
        Self::TextElsewhere,
        Self::AnswersCryForHelp,
        Self::AttachmentWall,
        Self::DangerousAttachment,
        Self::StaffNameLookalike,
        Self::Cadence,
    ];

    /// Bits of the signals about links.
    pub(super) const OF_LINKS: u64 = (Self::UnresolvedInvite.bit() << 1) - 1;

    /// Bits of the signals about names of members and files.
    pub(super) const OF_NAMES: u64 = Self::DangerousAttachment.bit() | Self::StaffNameLookalike.bit();

    /// Bits of the signals that words tell: they need a closer look at the text.
    pub(super) const OF_WORDS: u64 = Self::MessengerName.bit()
        | Self::WalletLure.bit()
        | Self::MoneyMultiplied.bit()
        | Self::Urgency.bit()
        | Self::TicketBait.bit()
        | Self::SecretAsked.bit();

    /// The bit that stands for this signal in a set.
    pub(super) const fn bit(self) -> u64 {
        1 << self as u8
    }

    /// Signals about a link: a phrase in `unless` never excuses them.
    pub const fn is_link(self) -> bool {
        (self as u8) <= (Self::UnresolvedInvite as u8)
    }
}

impl fmt::Display for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_of_signals_is_complete_and_in_order() {
        for (at, signal) in Signal::ALL.iter().enumerate() {
            assert_eq!(*signal as usize, at, "{signal}");
        }
    }
}
