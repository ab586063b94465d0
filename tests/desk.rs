//! The desk's decisions inside the real store: what two people who press together, a form that comes twice, and a thread that
//! vanishes do to a ticket.

#![cfg(feature = "bot")]

use std::collections::HashSet;
use std::sync::Arc;

use nightdesk::desk::lifecycle::{self, Observation, Step};
use nightdesk::desk::opening::{self, Asked, MOST_OPEN};
use nightdesk::desk::standing::{Actor, Standing};
use nightdesk::model::effect::{Effect, EffectOutcome, EffectRow};
use nightdesk::model::guild::{GuildSettings, Tier};
use nightdesk::model::ticket::{Answer, Area, Packet, Surface, Ticket, TicketDeed, TicketState};
use nightdesk::model::{ChannelId, GuildId, InteractionId, TicketId, Timestamp, UserId};
use nightdesk::storage::sqlite::SqliteStore;
use nightdesk::storage::{AllGuilds, Effects, InGuild, OpenedTicket, Refusal, TicketRequest, Tickets};

const HERE: InGuild = InGuild(GuildId(1));
const ELSEWHERE: InGuild = InGuild(GuildId(2));
const MIA: UserId = UserId(5);
const ANNA: UserId = UserId(21);
const NOW: Timestamp = Timestamp(1_790_000_000_000);

struct Desk {
    store: Arc<SqliteStore>,
    _directory: tempfile::TempDir,
}

async fn desk() -> Desk {
    let directory = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", directory.path().join("desk.db").display());
    Desk {
        store: Arc::new(SqliteStore::open(&url).await.unwrap()),
        _directory: directory,
    }
}

fn request(interaction: u64, opener: UserId, area: Area) -> TicketRequest {
    TicketRequest {
        interaction: InteractionId(interaction),
        opener,
        opener_name: "mia".into(),
        area,
        answers: vec![Answer {
            question: "What happened?".into(),
            text: "My funds are gone".into(),
        }],
        secrets_removed: 0,
        source: None,
    }
}

async fn asks(store: &SqliteStore, request: TicketRequest) -> OpenedTicket {
    let settings = GuildSettings {
        set_up: true,
        support: Some(ChannelId(40)),
        ..GuildSettings::default()
    };
    let asked = Asked::new(request.opener, &request.answers, &settings);
    let decide = Box::new(move |facts| opening::decide(&facts, &asked));
    store.open_ticket(HERE, request, NOW, decide).await.unwrap()
}

async fn opened(store: &SqliteStore) -> Ticket {
    match asks(store, request(900, MIA, Area::Funds)).await {
        OpenedTicket::Opened(ticket) => ticket,
        other => panic!("not opened: {other:?}"),
    }
}

/// Takes a step and gives the ticket, or the refusal in its debug form.
async fn steps(
    store: &SqliteStore,
    guild: InGuild,
    ticket: TicketId,
    user: UserId,
    standing: Standing,
    step: Step,
) -> Option<Result<Ticket, String>> {
    let actor = Actor { user, standing };
    let decide = Box::new(move |facts| {
        lifecycle::decide(&facts, actor, step, NOW).map_err(|refused| format!("{refused:?}"))
    });
    store.change_ticket(guild, ticket, NOW, decide).await.unwrap()
}

async fn agent(store: &SqliteStore, ticket: TicketId, user: UserId, step: Step) -> Result<Ticket, String> {
    steps(store, HERE, ticket, user, Standing::Agent, step)
        .await
        .expect("the ticket is there")
}

/// Every effect that is due, until nothing is: each is answered as Discord would when all is well.
async fn carry_out(store: &SqliteStore) -> Vec<EffectRow> {
    let mut done = Vec::new();
    loop {
        let leased = store.lease_effects(AllGuilds, NOW, NOW, 50).await.unwrap();
        if leased.is_empty() {
            return done;
        }
        for row in leased {
            let made = 1000 + u64::try_from(row.id.0).unwrap();
            let outcome = EffectOutcome::Done {
                result: Some(made),
                channel: Some(ChannelId(41)),
            };
            store
                .finish_effect(InGuild(row.guild), row.id, outcome, NOW)
                .await
                .unwrap();
            done.push(row);
        }
    }
}

#[tokio::test]
async fn fifty_submits_at_once_open_one_ticket_with_one_thread_and_one_card() {
    let desk = desk().await;
    let submits = (0..50).map(|n| {
        let store = Arc::clone(&desk.store);
        tokio::spawn(async move { asks(&store, request(100 + n, MIA, Area::Funds)).await })
    });
    let mut tickets = HashSet::new();
    let mut opened = 0;
    for submit in submits.collect::<Vec<_>>() {
        match submit.await.unwrap() {
            OpenedTicket::Opened(ticket) => {
                opened += 1;
                tickets.insert(ticket.id);
            }
            OpenedTicket::Existing(ticket) => {
                tickets.insert(ticket.id);
            }
            OpenedTicket::Refused(refusal) => panic!("refused: {refusal:?}"),
        }
    }
    assert_eq!((opened, tickets.len()), (1, 1));
    let done = carry_out(&desk.store).await;
    let count = |wanted: fn(&Effect) -> bool| done.iter().filter(|row| wanted(&row.effect)).count();
    assert_eq!(
        count(|effect| matches!(effect, Effect::CreateTicketThread { .. })),
        1
    );
    assert_eq!(count(|effect| matches!(effect, Effect::PostWelcome { .. })), 1);
    assert_eq!(count(|effect| matches!(effect, Effect::PostStaffCard { .. })), 1);
}

#[tokio::test]
async fn the_same_form_delivered_twice_is_the_same_ticket_even_after_it_was_closed() {
    let desk = desk().await;
    let ticket = opened(&desk.store).await;
    agent(&desk.store, ticket.id, ANNA, Step::Close { reason: None })
        .await
        .unwrap();
    let again = asks(&desk.store, request(900, MIA, Area::Funds)).await;
    assert!(matches!(again, OpenedTicket::Existing(same) if same.id == ticket.id));
}

#[tokio::test]
async fn every_request_becomes_a_ticket_or_a_refusal_that_is_counted() {
    let desk = desk().await;
    let areas = [Area::Funds, Area::Transaction, Area::Account, Area::Other];
    for (n, area) in (0..).zip(areas) {
        let outcome = asks(&desk.store, request(200 + n, MIA, area)).await;
        let refused = matches!(outcome, OpenedTicket::Refused(Refusal::TooMany));
        assert_eq!(refused, n >= u64::from(MOST_OPEN), "{area:?}: {outcome:?}");
    }
    assert_eq!(desk.store.ticket_requests(HERE).await.unwrap(), (4, 1));
}

#[tokio::test]
async fn a_hundred_agents_claim_and_one_has_it() {
    let desk = desk().await;
    let ticket = opened(&desk.store).await;
    let claims = (0..100).map(|n| {
        let store = Arc::clone(&desk.store);
        tokio::spawn(async move { agent(&store, ticket.id, UserId(1000 + n), Step::Claim).await })
    });
    let mut winners = Vec::new();
    let mut losers = HashSet::new();
    for claim in claims.collect::<Vec<_>>() {
        match claim.await.unwrap() {
            Ok(ticket) => winners.push(ticket.assignee.unwrap()),
            Err(refused) => {
                losers.insert(refused);
            }
        }
    }
    assert_eq!(winners.len(), 1);
    assert_eq!(
        losers,
        HashSet::from([format!("TakenBy({:?})", winners[0])]),
        "each loser hears who was first"
    );
    let claimed = desk.store.ticket_events(HERE, ticket.id).await.unwrap();
    assert_eq!(
        claimed
            .iter()
            .filter(|event| event.deed == TicketDeed::Claimed)
            .count(),
        1
    );
}

#[tokio::test]
async fn a_ticket_cannot_be_reached_from_another_guild() {
    let desk = desk().await;
    let ticket = opened(&desk.store).await;
    let all = [
        Step::Claim,
        Step::Join,
        Step::Close { reason: None },
        Step::Reopen,
        Step::NewThread,
        Step::Note("x".into()),
    ];
    for step in all {
        assert_eq!(
            steps(&desk.store, ELSEWHERE, ticket.id, ANNA, Standing::Lead, step).await,
            None
        );
    }
}

#[tokio::test]
async fn a_lost_thread_is_replaced_and_everybody_follows() {
    let desk = desk().await;
    let ticket = opened(&desk.store).await;
    carry_out(&desk.store).await;
    agent(&desk.store, ticket.id, ANNA, Step::Claim).await.unwrap();
    carry_out(&desk.store).await;

    let lose =
        Box::new(|facts| lifecycle::observe(&facts, Observation::ThreadLost).map_err(|e| e.to_string()));
    let stands = desk
        .store
        .change_ticket(HERE, ticket.id, NOW, lose)
        .await
        .unwrap()
        .unwrap()
        .unwrap();
    assert_eq!(
        (stands.state, stands.surface),
        (TicketState::InProgress, Surface::Missing)
    );

    let asked = steps(
        &desk.store,
        HERE,
        ticket.id,
        MIA,
        Standing::Member,
        Step::NewThread,
    )
    .await
    .unwrap()
    .unwrap();
    assert_eq!(
        (asked.round, asked.surface, asked.thread),
        (2, Surface::None, None)
    );
    let added: Vec<UserId> = carry_out(&desk.store)
        .await
        .iter()
        .filter_map(|row| match row.effect {
            Effect::AddToThread { user, .. } => Some(user),
            _ => None,
        })
        .collect();
    assert_eq!(added, [MIA, ANNA]);
    let now = desk.store.ticket(HERE, ticket.id).await.unwrap().unwrap();
    assert_eq!((now.surface, now.assignee), (Surface::Live, Some(ANNA)));
}

#[tokio::test]
async fn a_refused_thread_leaves_a_ticket_that_offers_another_one() {
    let desk = desk().await;
    let ticket = opened(&desk.store).await;
    let leased = desk.store.lease_effects(AllGuilds, NOW, NOW, 50).await.unwrap();
    let making = leased
        .iter()
        .find(|row| matches!(row.effect, Effect::CreateTicketThread { .. }))
        .unwrap();
    let refused = EffectOutcome::Failed {
        failure: "Missing Permissions (code 50013)".into(),
    };
    desk.store
        .finish_effect(HERE, making.id, refused, NOW)
        .await
        .unwrap();

    let stands = desk.store.ticket(HERE, ticket.id).await.unwrap().unwrap();
    assert_eq!(
        (stands.state, stands.surface),
        (TicketState::New, Surface::Forbidden)
    );
    assert_eq!(stands.answers.len(), 1, "what the member wrote is kept");
    let asked = agent(&desk.store, ticket.id, ANNA, Step::NewThread)
        .await
        .unwrap();
    assert_eq!(asked.round, 2);
}

#[tokio::test]
async fn the_same_escalation_twice_is_one_escalation() {
    let desk = desk().await;
    let ticket = opened(&desk.store).await;
    let packet = Packet {
        summary: "Withdrawal stuck".into(),
        expected: "Funds within an hour".into(),
        actual: "Nothing after a day".into(),
        tried: "Explorer, other wallet".into(),
        references: "none because the app shows no hash".into(),
    };
    let step = Step::Escalate {
        team: Tier::Engineering,
        packet,
        known: 0,
    };
    assert!(agent(&desk.store, ticket.id, ANNA, step.clone()).await.is_ok());
    assert_eq!(
        agent(&desk.store, ticket.id, ANNA, step).await,
        Err("Overtaken".into())
    );
    assert_eq!(desk.store.escalations(HERE, ticket.id).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_whole_life_is_written_down_in_order() {
    let desk = desk().await;
    let ticket = opened(&desk.store).await;
    carry_out(&desk.store).await;
    agent(&desk.store, ticket.id, ANNA, Step::Claim).await.unwrap();
    agent(
        &desk.store,
        ticket.id,
        ANNA,
        Step::Note("called the exchange".into()),
    )
    .await
    .unwrap();
    let closed = agent(
        &desk.store,
        ticket.id,
        ANNA,
        Step::Close {
            reason: Some("Arrived".into()),
        },
    )
    .await
    .unwrap();
    assert_eq!(closed.closed_at, Some(NOW));
    carry_out(&desk.store).await;
    let reopened = steps(&desk.store, HERE, ticket.id, MIA, Standing::Member, Step::Reopen)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (reopened.state, reopened.closed_at),
        (TicketState::InProgress, None)
    );
    let history: Vec<TicketDeed> = desk
        .store
        .ticket_events(HERE, ticket.id)
        .await
        .unwrap()
        .into_iter()
        .map(|event| event.deed)
        .collect();
    assert_eq!(
        history,
        [
            TicketDeed::Opened,
            TicketDeed::ThreadMade,
            TicketDeed::Claimed,
            TicketDeed::Noted,
            TicketDeed::Closed,
            TicketDeed::Reopened,
        ]
    );
}
