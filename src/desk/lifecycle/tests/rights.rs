//! Who may do what, as one table.

use std::fmt::Write as _;

use super::*;

#[test]
fn who_may_do_what_to_a_ticket_that_somebody_has() {
    let columns = [
        ("stranger", stranger()),
        ("opener", member()),
        ("agent", agent(BEN)),
        ("assignee", agent(ANNA)),
        ("lead", lead()),
    ];
    let rows = [
        ("claim", Step::Claim),
        (
            "assign",
            Step::Assign {
                to: UserId(23),
                standing: Standing::Agent,
            },
        ),
        (
            "transfer",
            Step::Transfer {
                to: UserId(23),
                standing: Standing::Agent,
            },
        ),
        ("note", Step::Note("x".into())),
        ("join", Step::Join),
        (
            "escalate",
            Step::Escalate {
                team: Tier::L2,
                packet: packet(),
                known: 0,
            },
        ),
        ("close", Step::Close { reason: None }),
        ("new thread", Step::NewThread),
        ("reopen", Step::Reopen),
    ];
    let mut table = format!("{:<11}", "");
    for (name, _) in &columns {
        let _ = write!(table, "{name:<20}");
    }
    for (name, step) in rows {
        let _ = write!(table, "\n{name:<11}");
        for (_, actor) in &columns {
            // Each step meets a ticket on which it can succeed for somebody.
            let ticket = match step {
                Step::NewThread => Ticket {
                    surface: Surface::Missing,
                    ..claimed_by(ANNA)
                },
                Step::Reopen => Ticket {
                    assignee: Some(ANNA),
                    ..closed_ticket(Duration::from_mins(1))
                },
                _ => claimed_by(ANNA),
            };
            let cell = match decide(&facts(ticket), *actor, step.clone(), NOON) {
                Ok(_) => "yes".to_owned(),
                Err(refused) => format!("{refused:?}")
                    .split('(')
                    .next()
                    .unwrap_or_default()
                    .to_owned(),
            };
            let _ = write!(table, "{cell:<20}");
        }
    }
    let table: Vec<&str> = table.lines().map(str::trim_end).collect();
    insta::assert_snapshot!(table.join("\n"), @r"
               stranger            opener              agent               assignee            lead
    claim      AgentsOnly          AgentsOnly          TakenBy             AlreadyYours        TakenBy
    assign     AgentsOnly          AgentsOnly          TakenBy             yes                 yes
    transfer   AgentsOnly          AgentsOnly          OnlyAssigneeOrLead  yes                 yes
    note       AgentsOnly          AgentsOnly          yes                 yes                 yes
    join       AgentsOnly          AgentsOnly          yes                 yes                 yes
    escalate   AgentsOnly          AgentsOnly          yes                 yes                 yes
    close      NotYours            yes                 yes                 yes                 yes
    new thread NotYours            yes                 yes                 yes                 yes
    reopen     NotYours            yes                 yes                 yes                 yes
    ");
}
