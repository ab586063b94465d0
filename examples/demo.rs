//! A night in one process: the real bot, a stand-in for Discord, and the people of a small community.
//!
//! `cargo run --example demo` plays it in readable lines and stays up afterwards, so that further clients can connect;
//! `-- --headless` plays it once and ends. Every step is held against the state of the stand-in, not against what the bot
//! says of itself: a step that does not come true ends the demo with an error. Nothing here needs a token or a network.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, anyhow, ensure};
use clap::Parser;
use fake_discord::FakeDiscord;
use fake_discord::actors::{Exchange, Given};
use fake_discord::ids::Id;
use fake_discord::world::{Author, Message, State, World};
use nightdesk::cli::run;
use nightdesk::config::Config;
use tokio_util::sync::CancellationToken;

/// A community at night: scams come, one mistake is undone, one member is helped.
#[derive(Parser)]
struct Arguments {
    /// Play once and end.
    #[arg(long)]
    headless: bool,
    /// Where the stand-in listens; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: SocketAddr,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let discord = FakeDiscord::start_on(arguments.listen, World::community()).await?;
    let folder = tempfile::tempdir()?;
    let stop = CancellationToken::new();
    let bot = runs_the_bot(discord.clone(), folder.path().to_owned(), stop.clone());
    tokio::pin!(bot);

    let night = Night {
        discord: discord.clone(),
    };
    tokio::select! {
        played = night.plays() => played?,
        ended = &mut bot => return Err(anyhow!("the bot ended before the night did: {ended:?}")),
    }
    let unknown = discord.rest().record.unknown_routes();
    ensure!(
        unknown.is_empty(),
        "the bot asked for routes that Discord does not have: {unknown:?}"
    );
    discord.assert_all_read();
    println!("\nThe night is over: every step came true in the stand-in's own state.");

    if !arguments.headless {
        println!("\nIt stays up for clients of your own, until Ctrl-C:");
        println!("  REST     {}/api/v10", discord.api_url());
        println!("  gateway  {}", discord.gateway_url());
        println!("  token    {}", discord.token());
        tokio::select! {
            asked = tokio::signal::ctrl_c() => asked?,
            ended = &mut bot => return ended,
        }
    }
    stop.cancel();
    bot.await
}

/// The bot itself, told what its environment would tell it.
async fn runs_the_bot(
    discord: FakeDiscord,
    folder: std::path::PathBuf,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    let database = format!("sqlite://{}", Path::new(&folder).join("nightdesk.db").display());
    let settings = [
        ("DISCORD_TOKEN", discord.token()),
        ("DISCORD_API_URL", discord.api_url()),
        ("DATABASE_URL", database),
        (
            "RULES_DIR",
            concat!(env!("CARGO_MANIFEST_DIR"), "/rules").to_owned(),
        ),
    ];
    let config = Config::read(|name| {
        settings
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| value.clone())
    })?;
    run::start(config, run::Parts::default(), stop.cancelled_owned()).await
}

struct Night {
    discord: FakeDiscord,
}

impl Night {
    async fn plays(&self) -> anyhow::Result<()> {
        self.discord.until_connected().await;
        self.discord
            .wait_for("the bot's commands", |state| {
                (!state.commands.is_empty()).then_some(())
            })
            .await;
        self.it_is_set_up().await?;
        self.a_wave_of_scams_comes().await?;
        self.a_seed_phrase_is_posted_by_mistake().await?;
        self.a_mistake_is_undone().await?;
        self.a_member_is_helped().await
    }

    async fn it_is_set_up(&self) -> anyhow::Result<()> {
        chapter("The bot joins. It only watches until somebody sets it up, and tells the owner so.");
        shows(
            "olivia (owner), direct message",
            &self.discord.next_dm_to("olivia").await,
        );
        let channels: [(&str, Given); 3] = [
            ("mod_log", "mod-log".into()),
            ("support", "support".into()),
            ("staff", "staff".into()),
        ];
        self.runs("ava", "setup channels", &channels).await?;
        for (tier, role) in [
            ("L1", "Support L1"),
            ("L2", "Support L2"),
            ("Moderator", "Moderator"),
        ] {
            self.runs(
                "ava",
                "setup role",
                &[("tier", tier.into()), ("role", role.into())],
            )
            .await?;
        }
        self.runs("ava", "setup mode", &[("mode", "enforce".into())])
            .await
    }

    async fn a_wave_of_scams_comes(&self) -> anyhow::Result<()> {
        chapter("03:02. A wave of scams, each in another disguise.");
        let wave = [
            (
                "a lure on free hosting",
                "Claim your airdrop now, connect your wallet: https://claim-airdrop.pages.dev/wallet",
            ),
            (
                "a masked link",
                "Validate your wallet: [app.uniswap.org](https://wallet-validate.netlify.app/connect)",
            ),
            (
                "invisible and look-alike letters",
                "Enter your s\u{200b}e\u{200b}\u{435}d \u{440}hr\u{430}se to validate your wallet",
            ),
            (
                "letters pulled apart",
                "please send me your s e e d  p h r a s e to verify your wallet",
            ),
            (
                "full-width letters",
                "Ｓｅｎｄ ｙｏｕｒ ｓｅｅｄ ｐｈｒａｓｅ ｔｏ ｖｅｒｉｆｙ ｙｏｕｒ ｗａｌｌｅｔ",
            ),
        ];
        for (number, (disguise, text)) in wave.into_iter().enumerate() {
            let name = format!("burner{number}");
            let burner = self.discord.newcomer(&name, Duration::from_hours(30));
            burner.joins().map_err(refused)?;
            let posted = burner.says("general", text).map_err(refused)?;
            says("#general", &name, text);
            self.discord.until_deleted(&posted).await;
            outcome(&format!("{disguise}: removed"));
            shows("#mod-log", &self.discord.next_message_in("mod-log").await);
            self.discord.next_dm_to(&name).await;
        }
        let mallory = self.discord.member("mallory");
        let innocent = mallory.says("trading", "gm everyone").map_err(refused)?;
        says("#trading", "mallory", "gm everyone");
        let text = "Connect your wallet to claim the airdrop: https://claim-airdrop.pages.dev/wallet";
        mallory.edits(&innocent, text).map_err(refused)?;
        says("#trading", "mallory (edited)", text);
        self.discord.until_deleted(&innocent).await;
        outcome("an edit into a scam: removed");
        shows("#mod-log", &self.discord.next_message_in("mod-log").await);
        shows(
            "mallory, direct message",
            &self.discord.next_dm_to("mallory").await,
        );
        Ok(())
    }

    async fn a_seed_phrase_is_posted_by_mistake(&self) -> anyhow::Result<()> {
        chapter("03:10. Bob pastes his own seed phrase into the wrong window.");
        // The first test vector of the BIP-39 specification: everybody's phrase, and so nobody's.
        let phrase = format!("{}about", "abandon ".repeat(11));
        let bob = self.discord.member("bob");
        let posted = bob.says("general", &phrase).map_err(refused)?;
        self.discord.until_deleted(&posted).await;
        ensure!(
            !timed_out(&self.discord.state(), bob.id),
            "nobody is punished for a mistake"
        );
        outcome("removed at once; nobody is punished");
        shows("bob, direct message", &self.discord.next_dm_to("bob").await);
        let card = self.discord.next_message_in("mod-log").await;
        ensure!(
            !words_of(&card).contains("abandon"),
            "the card must not show the phrase"
        );
        shows("#mod-log", &card);
        Ok(())
    }

    async fn a_mistake_is_undone(&self) -> anyhow::Result<()> {
        chapter(
            "03:20. Alice warns the others by quoting a scam, and the bot gets it wrong. Max puts it back.",
        );
        let text = "got this one today, careful: Connect your wallet to claim the airdrop https://claim-airdrop.pages.dev/wallet";
        let alice = self.discord.member("alice");
        let posted = alice.says("general", text).map_err(refused)?;
        says("#general", "alice", text);
        self.discord.until_deleted(&posted).await;
        let card = self.discord.next_message_in("mod-log").await;
        self.discord.next_dm_to("alice").await;
        self.presses("max", &card, "v1:restore").await?;
        let back = self.discord.next_message_in("general").await;
        ensure!(
            matches!(back.author, Author::Webhook { .. }),
            "it comes back through a webhook"
        );
        shows("#general", &back);
        shows("alice, direct message", &self.discord.next_dm_to("alice").await);
        let user = alice.id;
        self.discord
            .wait_for("alice free to write", move |state| {
                (!timed_out(state, user)).then_some(())
            })
            .await;
        outcome("restored, and she can write again");
        Ok(())
    }

    async fn a_member_is_helped(&self) -> anyhow::Result<()> {
        chapter("03:31. Alice's wallet is being emptied. She presses the button.");
        self.runs("ava", "ticket panel", &[]).await?;
        let panel = self.discord.next_message_in("support").await;
        shows("#support", &panel);
        let alice = self.discord.member("alice");
        let form = alice
            .clicks(&panel, &button(&panel, "v1:open:funds")?)
            .map_err(refused)?
            .modal()
            .await;
        let sent = alice.submits(&form, &CRY_FOR_HELP).map_err(refused)?;
        shows("alice, only she sees it", &self.answer(&sent).await);
        let thread = self.discord.until_private_thread_with("support", "alice").await;
        shows(
            "alice's private thread",
            &self.discord.next_message_in(thread.id).await,
        );
        let card = self.discord.next_message_in("staff").await;
        shows("#staff", &card);

        self.presses("sam", &card, "v1:claim").await?;
        let sam = self.discord.member("sam");
        let (inside, agent) = (thread.id, sam.id);
        self.discord
            .wait_for("sam in the thread", move |state| {
                in_thread(state, inside, agent).then_some(())
            })
            .await;
        shows(
            "alice's private thread",
            &self.discord.next_message_in(thread.id).await,
        );
        let answer =
            "I am here. Please revoke the approval and move what is left to a new wallet; I stay with you.";
        sam.says(thread.id, answer).map_err(refused)?;
        says("alice's private thread", "sam", answer);

        let packet = sam
            .runs_command(thread.id, "escalate", &[])
            .map_err(refused)?
            .modal()
            .await;
        let sent = sam.submits(&packet, &PACKET).map_err(refused)?;
        shows("sam, only he sees it", &self.answer(&sent).await);
        shows(
            "#staff (no team has a channel of its own yet)",
            &self.discord.next_message_in("staff").await,
        );
        shows(
            "alice's private thread",
            &self.discord.next_message_in(thread.id).await,
        );

        let close: [(&str, Given); 2] = [
            ("ticket", 1.into()),
            ("reason", "Funds moved to a new wallet.".into()),
        ];
        self.runs("sam", "ticket close", &close).await?;
        shows(
            "alice's private thread",
            &self.discord.next_message_in(thread.id).await,
        );
        shows("alice, direct message", &self.discord.next_dm_to("alice").await);
        let closed = thread.id;
        self.discord
            .wait_for("the thread archived and locked", move |state| {
                let details = state.channels.get(&closed)?.thread.as_ref()?;
                (details.archived && details.locked).then_some(())
            })
            .await;
        outcome("answered, escalated, closed; the record stays");
        Ok(())
    }

    /// Runs a command in the staff channel (the panel: in the support channel) and shows the answer.
    async fn runs(&self, name: &str, command: &str, options: &[(&str, Given)]) -> anyhow::Result<()> {
        let place = if command == "ticket panel" {
            "support"
        } else {
            "staff"
        };
        let exchange = self
            .discord
            .member(name)
            .runs_command(place, command, options)
            .map_err(refused)?;
        println!("  {name} runs /{command}");
        shows(
            &format!("{name}, only they see it"),
            &self.answer(&exchange).await,
        );
        Ok(())
    }

    async fn presses(&self, name: &str, card: &Message, action: &str) -> anyhow::Result<()> {
        let exchange = self
            .discord
            .member(name)
            .clicks(card, &button(card, action)?)
            .map_err(refused)?;
        println!("  {name} presses {action}");
        self.answer(&exchange).await;
        Ok(())
    }

    /// What stands there once the bot no longer "thinks".
    async fn answer(&self, exchange: &Exchange) -> Message {
        const LOADING: u64 = 1 << 7;
        let message = exchange.reply_once(|message| message.flags & LOADING == 0).await;
        self.discord.mark_read(&message);
        message
    }
}

/// What alice answers to the form, by the keys of its questions.
const CRY_FOR_HELP: [(&str, &str); 5] = [
    (
        "happened",
        "I signed something on a page I do not know, and now tokens are leaving my wallet.",
    ),
    ("still-happening", "yes, another one just left"),
    ("chain", "Ethereum, in a browser extension"),
    ("references", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"),
    ("when", "ten minutes ago"),
];

/// What sam puts into the packet, by the keys of its questions.
const PACKET: [(&str, &str); 5] = [
    (
        "summary",
        "A drainer approval is active on the member's wallet; tokens are leaving.",
    ),
    ("expected", "Only the member can move the tokens of this wallet."),
    (
        "actual",
        "Three transfers in ten minutes to an address that the member does not know.",
    ),
    (
        "tried",
        "The approval is revoked; the member moves what is left to a new wallet.",
    ),
    ("references", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"),
];

fn button(message: &Message, action: &str) -> anyhow::Result<String> {
    let rows = message
        .components
        .iter()
        .flat_map(|row| row["components"].as_array().cloned().unwrap_or_default());
    let mut ids = rows.filter_map(|button| button["custom_id"].as_str().map(str::to_owned));
    ids.find(|id| id.starts_with(action))
        .with_context(|| format!("no button {action} on {}", words_of(message)))
}

fn timed_out(state: &State, user: Id) -> bool {
    let mut members = state.guilds.keys().filter_map(|guild| state.member(*guild, user));
    members.any(|member| {
        member
            .communication_disabled_until
            .is_some_and(|until| until > state.now())
    })
}

fn in_thread(state: &State, thread: Id, user: Id) -> bool {
    let details = state
        .channels
        .get(&thread)
        .and_then(|channel| channel.thread.as_ref());
    details.is_some_and(|details| details.members.contains_key(&user))
}

fn refused(reason: impl std::fmt::Debug) -> anyhow::Error {
    anyhow!("Discord would not let them: {reason:?}")
}

/// What a reader sees of a message, line by line.
fn words_of(message: &Message) -> String {
    let mut lines = vec![message.content.clone()];
    for embed in &message.embeds {
        lines.extend(
            ["title", "description"].map(|field| embed[field].as_str().unwrap_or_default().to_owned()),
        );
        for field in embed["fields"].as_array().into_iter().flatten() {
            let part = |name: &str| field[name].as_str().unwrap_or_default().to_owned();
            lines.push(format!("{}: {}", part("name"), part("value")));
        }
        lines.push(embed["footer"]["text"].as_str().unwrap_or_default().to_owned());
    }
    for row in &message.components {
        let labels = row["components"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|button| button["label"].as_str());
        let labels: Vec<String> = labels.map(|label| format!("[ {label} ]")).collect();
        lines.push(labels.join(" "));
    }
    lines.retain(|line| !line.trim().is_empty());
    lines.join("\n")
}

fn chapter(title: &str) {
    println!("\n== {title}");
}

fn says(place: &str, name: &str, text: &str) {
    println!("  {place}  {name}: {text}");
}

fn outcome(text: &str) {
    println!("  -> {text}");
}

fn shows(place: &str, message: &Message) {
    println!("  +-- {place}");
    for line in words_of(message).lines() {
        println!("  |   {line}");
    }
}
