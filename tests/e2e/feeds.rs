//! Lists of hosts: from a file or a server on this machine into the rules in force, and never anywhere else.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use fake_discord::actors::Given;
use fake_discord::world::World;

use crate::night::{HARMLESS, Night, everything_in, night_around};

/// A server of one list, on this machine. It answers 304 to whoever names the version it holds.
struct ListServer {
    url: String,
    asked: Arc<AtomicUsize>,
    confirmed: Arc<AtomicUsize>,
}

impl ListServer {
    async fn start(body: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let url = format!("http://{}/bad.txt", listener.local_addr().expect("it listens"));
        let (asked, confirmed) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let (counted, unchanged) = (Arc::clone(&asked), Arc::clone(&confirmed));
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut request = vec![0; 4096];
                let length = stream.read(&mut request).await.unwrap_or(0);
                let request = String::from_utf8_lossy(&request[..length]).to_lowercase();
                counted.fetch_add(1, Ordering::SeqCst);
                let answer = if request.contains("if-none-match: \"one\"") {
                    unchanged.fetch_add(1, Ordering::SeqCst);
                    "HTTP/1.1 304 Not Modified\r\nconnection: close\r\n\r\n".to_owned()
                } else {
                    format!(
                        "HTTP/1.1 200 OK\r\netag: \"one\"\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                        body.len()
                    )
                };
                let _ = stream.write_all(answer.as_bytes()).await;
            }
        });
        Self {
            url,
            asked,
            confirmed,
        }
    }
}

/// Writes a `feeds.toml` into the test's folder and names it in the bot's environment.
fn wants_feeds(night: &mut Night, text: &str) {
    let path = night.folder().join("feeds.toml");
    fs::write(&path, text).expect("the file can be written");
    night
        .environment
        .push(("DOMAIN_FEEDS".to_owned(), path.display().to_string()));
}

/// Asks the bot again, each time it has answered, until its answer holds these words.
async fn until_answered(
    night: &Night,
    (name, channel): (&str, &str),
    (command, options): (&str, &[(&str, Given)]),
    words: &str,
) -> String {
    for _ in 0..2000 {
        let run = night.member(name).runs_command(channel, command, options);
        let answer = everything_in(&night.answered(&run.expect("the command is offered")).await);
        if answer.contains(words) {
            return answer;
        }
    }
    panic!("{words} was never answered to /{command}");
}

#[tokio::test]
async fn a_host_of_an_imported_list_is_removed_and_its_card_says_where_it_is_listed() {
    night_around(World::community(), async |night| {
        fs::write(
            night.folder().join("bad.txt"),
            "0.0.0.0 moonwell-sale.example\n0.0.0.0 harvest-mint.example\n0.0.0.0 calendly.com\n0.0.0.0 pages.dev\n",
        )
        .expect("the list can be written");
        wants_feeds(
            night,
            "[[feed]]\nid = \"our-own\"\npath = \"bad.txt\"\nformat = \"hosts\"\nlicence = \"ours\"\n",
        );
        night.starts_bot().await;
        night.sets_up().await;
        let mallory = night.member("mallory");
        let posted = mallory
            .says("general", "more in https://docs.moonwell-sale.example/read")
            .unwrap();
        night.discord.until_deleted(&posted).await;
        let card = everything_in(&night.review_card().await);
        assert!(card.contains("listed in our-own since 20"), "{card}");
        night.dm_to("mallory").await;

        // What the guard refused is not held against anybody.
        let bob = night.member("bob");
        let booked = bob
            .says("general", "my times: https://calendly.com/bob/chat")
            .unwrap();
        let disguised = bob
            .says(
                "general",
                "hxxps://docs.harvest-mint[.]example is what she posted",
            )
            .unwrap();
        night.discord.until_deleted(&disguised).await;
        assert!(night.discord.message(&booked).deleted_at.is_none());
        night.review_card().await;
        night.dm_to("bob").await;
    })
    .await;
}

#[tokio::test]
async fn a_list_from_a_server_is_kept_over_a_restart_and_confirmed_by_its_version() {
    let server = ListServer::start("moonwell-sale.example\nharvest-mint.example\n").await;
    night_around(World::community(), async |night| {
        wants_feeds(
            night,
            &format!(
                "[[feed]]\nid = \"served\"\nurl = \"{}\"\nformat = \"plain\"\n",
                server.url
            ),
        );
        night.starts_bot().await;
        night.sets_up().await;
        // In force as soon as the rules know of it.
        let text: [(&str, Given); 1] = [("text", "https://moonwell-sale.example".into())];
        until_answered(night, ("max", "mod-log"), ("rules test", &text), "A scam").await;
        let alice = night.member("alice");
        let posted = alice
            .says("general", "see https://moonwell-sale.example")
            .unwrap();
        night.discord.until_deleted(&posted).await;
        night.review_card().await;
        night.dm_to("alice").await;
        assert_eq!(server.asked.load(Ordering::SeqCst), 1);

        // The copy is in force before the first message after a restart; nobody is asked again so soon.
        night.stops_bot().await;
        night.starts_bot().await;
        let posted = night
            .member("bob")
            .says("general", "she sent me https://harvest-mint.example/again")
            .unwrap();
        night.discord.until_deleted(&posted).await;
        night.review_card().await;
        night.dm_to("bob").await;
        assert_eq!(server.asked.load(Ordering::SeqCst), 1);
        assert_eq!(server.confirmed.load(Ordering::SeqCst), 0);
    })
    .await;
}

#[tokio::test]
async fn a_list_that_cannot_be_had_is_shown_by_the_check_and_nothing_else_suffers() {
    night_around(World::community(), async |night| {
        // Nobody listens there.
        wants_feeds(
            night,
            "[[feed]]\nid = \"away\"\nurl = \"http://127.0.0.1:9/bad.txt\"\nformat = \"plain\"\n",
        );
        night.starts_bot().await;
        night.sets_up().await;
        let said = night.member("mallory").says("general", HARMLESS).unwrap();
        let answer = until_answered(night, ("ava", "staff"), ("setup check", &[]), "`away`").await;
        assert!(answer.contains("no connection"), "{answer}");
        assert!(night.discord.message(&said).deleted_at.is_none());
    })
    .await;
}
