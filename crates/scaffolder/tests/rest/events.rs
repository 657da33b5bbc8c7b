//! Following runs: streams and polls.

use std::time::{Duration, Instant};

use axum::http::Method;
use futures::StreamExt as _;
use platform::access::Caller;
use platform::database::Database;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::portal::{PATIENCE, Portal};
use scaffolder::LogQuery;

/// An event as it comes over the wire.
#[derive(Debug)]
struct Sent {
    id: i64,
    kind: String,
    data: Value,
}

/// A stream of events that is open.
struct Stream {
    response: reqwest::Response,
    text: String,
}

impl Stream {
    async fn open(portal: &Portal, id: &str, query: &str) -> Self {
        let path = format!("/api/scaffolder/v2/tasks/{id}/eventstream{query}");
        let response = portal.request("ada", Method::GET, &path).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self { response, text: String::new() }
    }

    /// The next event; nothing at the end of the stream.
    async fn next(&mut self) -> Option<Sent> {
        loop {
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let block = block.to_owned();
                self.text = rest.to_owned();
                let field =
                    |name: &str| block.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
                if let (Some(id), Some(kind), Some(data)) = (field("id"), field("event"), field("data")) {
                    let data = serde_json::from_str(data).unwrap();
                    return Some(Sent { id: id.parse().unwrap(), kind: kind.to_owned(), data });
                }
                continue;
            }
            let chunk =
                tokio::time::timeout(PATIENCE, self.response.chunk()).await.expect("in time").unwrap()?;
            self.text.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }

    async fn rest(mut self) -> Vec<Sent> {
        let mut events = Vec::new();
        while let Some(event) = self.next().await {
            events.push(event);
        }
        events
    }
}

fn lines(events: &[Sent], id: &str) -> String {
    let line = |event: &Sent| {
        assert_eq!((event.data["id"].as_i64(), event.data["taskId"].as_str()), (Some(event.id), Some(id)));
        assert_eq!(event.data["type"], event.kind.as_str());
        format!("{} {} {}\n", event.id, event.kind, event.data["body"])
    };
    events.iter().map(line).collect()
}

testkit::on_both_engines! {
    async fn a_stream_tells_all_and_ends_with_the_run(db: Database) {
        let portal = Portal::new(&db).await;
        let id = portal.start("ada", "hold", json!({})).await;
        let mut stream = Stream::open(&portal, &id, "").await;
        let mut first = Vec::new();
        while first.last().is_none_or(|event: &Sent| event.data["body"]["status"] != "processing") {
            first.push(stream.next().await.expect("the run has begun"));
        }
        // Nothing happens, so nothing comes, and what happens comes at once.
        portal.world.open.notify_one();
        let let_go = Instant::now();
        first.extend(stream.rest().await);
        assert!(let_go.elapsed() < Duration::from_secs(5), "news is told, not looked for");
        insta::allow_duplicates! { insta::assert_snapshot!(lines(&first, &id), @r#"
        1 log {"message":"Started by user:default/ada."}
        2 log {"message":"test:hold begins.","stepId":"hold","status":"processing"}
        3 log {"message":"test:hold is done.","stepId":"hold","status":"completed"}
        4 log {"message":"test:echo begins.","stepId":"after","status":"processing"}
        5 log {"message":"test:echo is done.","stepId":"after","status":"completed"}
        6 completion {"message":"The run is completed.","status":"completed","output":{}}
        "#); }

        let after = Stream::open(&portal, &id, "?after=4").await.rest().await;
        assert_eq!(after.iter().map(|event| event.id).collect::<Vec<_>>(), [5, 6]);
        let nothing = Stream::open(&portal, &id, "?after=6").await.rest().await;
        assert!(nothing.is_empty(), "{nothing:?}");
    }

    async fn the_file_of_a_log_has_all_of_it_and_its_page_the_end(db: Database) {
        let portal = Portal::new(&db).await;
        let id = portal.start("ada", "talk", json!({})).await;
        portal.reaches(&id, "completed").await;
        let path = format!("/api/portico/scaffolder/tasks/{id}/log");
        let answer = portal.request("ada", Method::GET, &path).send().await.unwrap();
        assert_eq!(answer.headers()["content-type"], "text/plain; charset=utf-8");
        assert_eq!(answer.headers()["content-disposition"], format!("attachment; filename=\"run-{id}.txt\""));
        let file = answer.text().await.unwrap();
        let said: Vec<&str> = file.lines().map(|line| line.split_once(' ').unwrap().1).collect();
        assert_eq!(said[0], "Started by user:default/ada.");
        let lines: Vec<&&str> = said.iter().filter(|line| line.starts_with("talk: line ")).collect();
        assert_eq!((lines.len(), *lines[1099]), (1100, "talk: line 1100"));
        assert_eq!(said.last(), Some(&"The run is completed."));

        let ada = Caller::User { entity_ref: "user:default/ada".to_owned(), groups: vec![] };
        let page = portal.scaffolder.task_page(&ada, &id, &LogQuery::default()).await.unwrap();
        assert_eq!((page.log.lines.len(), page.log.is_cut, page.log.is_cut_behind), (1000, true, false));
        assert_eq!(page.log.lines.last().map(|line| (line.id, &*line.message)), Some((page.last_event, "The run is completed.")));
        assert_eq!(page.steps.iter().map(|line| &*line.step.state).collect::<Vec<_>>(), ["completed"; 2]);
        let before = portal.scaffolder.task_page(&ada, &id, &LogQuery { step: Some("before".to_owned()), ..LogQuery::default() }).await.unwrap().log;
        let said: Vec<&str> = before.lines.iter().map(|line| &*line.message).collect();
        assert_eq!((said, before.is_cut), (vec!["test:echo begins.", "test:echo is done."], false));

        let (status, _) = portal.get("ada", "/api/portico/scaffolder/tasks/none/log").await;
        assert_eq!(status, StatusCode::NOT_FOUND);
    }

    async fn a_log_is_searched_and_shown_around_a_line(db: Database) {
        let portal = Portal::new(&db).await;
        let id = portal.start("ada", "talk", json!({})).await;
        portal.reaches(&id, "completed").await;
        let ada = Caller::User { entity_ref: "user:default/ada".to_owned(), groups: vec![] };
        let log = async |query: LogQuery| portal.scaffolder.task_page(&ada, &id, &query).await.unwrap().log;
        let searched = async |text: &str, step: Option<&str>| {
            let log = log(LogQuery { text: text.to_owned(), step: step.map(str::to_owned), line: None }).await;
            (log.lines.into_iter().map(|line| line.message).collect::<Vec<_>>(), log.is_cut)
        };
        // Lines far before those that a page begins with.
        assert_eq!(searched(" LINE 1099 ", None).await.0, ["line 1099"]);
        assert_eq!(searched("LINE 77", None).await.0, ["line 77", "line 770", "line 771", "line 772", "line 773", "line 774", "line 775", "line 776", "line 777", "line 778", "line 779"]);
        assert_eq!(searched("line 77", Some("before")).await.0, Vec::<String>::new());
        assert_eq!(searched("l_ne 7%", None).await.0, Vec::<String>::new(), "signs of patterns are none here");
        assert_eq!(searched("stepId", None).await.0, Vec::<String>::new(), "what events are kept as is not searched");
        let (all, is_cut) = searched("line", None).await;
        assert_eq!((all.len(), is_cut, all.last().map(String::as_str)), (1000, true, Some("line 1100")));

        let around = async |line| log(LogQuery { line: Some(line), ..LogQuery::default() }).await;
        let early = around(5).await;
        let ids: Vec<i64> = early.lines.iter().map(|line| line.id).collect();
        assert_eq!((ids, early.is_cut, early.is_cut_behind), ((1..=505).collect(), false, true));
        let middle = around(600).await;
        assert!(middle.is_cut && middle.is_cut_behind);
        assert_eq!((middle.lines[0].id, middle.lines.len()), (101, 1000));
        let behind = around(1_000_000).await;
        assert!(behind.lines.len() == 500 && behind.is_cut && !behind.is_cut_behind);
    }

    async fn a_browser_that_comes_back_is_told_what_it_missed(db: Database) {
        let portal = Portal::new(&db).await;
        let id = portal.start("ada", "service", json!({ "name": "x" })).await;
        portal.reaches(&id, "completed").await;
        let all = Stream::open(&portal, &id, "").await.rest().await;
        let path = format!("/api/scaffolder/v2/tasks/{id}/eventstream?after=0");
        let again =
            |seen: i64| portal.request("ada", Method::GET, &path).header("last-event-id", seen).send();
        let last = all.last().unwrap().id;
        let missed = again(last - 1).await.unwrap().text().await.unwrap();
        assert!(missed.contains("event: completion") && !missed.contains("event: log"), "{missed}");
        assert_eq!(again(last).await.unwrap().status(), StatusCode::NO_CONTENT, "a browser stops at that");
    }

    async fn who_follows_a_retried_run_sees_its_last_end_as_one(db: Database) {
        let portal = Portal::new(&db).await;
        let id = portal.start("ada", "mend", json!({})).await;
        portal.reaches(&id, "failed").await;
        let failed = Stream::open(&portal, &id, "").await.rest().await;
        assert_eq!(failed.iter().filter(|event| event.kind == "completion").count(), 1);
        assert_eq!(failed.last().unwrap().data["body"]["error"]["message"], "It broke. Mend it, and retry.");
        portal.post("ada", &format!("/api/scaffolder/v2/tasks/{id}/retry"), &json!({})).await;
        let all = Stream::open(&portal, &id, "").await.rest().await;
        let kinds: Vec<&str> =
            all.iter().map(|event| event.kind.as_str()).filter(|kind| *kind != "log").collect();
        assert_eq!(kinds, ["recovered", "completion"]);
        assert!(all.len() > failed.len() && all.iter().zip(1..).all(|(event, number)| event.id == number));
    }

    async fn a_poll_waits_for_news(db: Database) {
        let portal = Portal::new(&db).await;
        let id = portal.start("ada", "hold", json!({})).await;
        portal.reaches(&id, "processing").await;
        let path = |after: i64| format!("/api/scaffolder/v2/tasks/{id}/events?after={after}");
        let mut last = 0;
        // Its step begins after it does.
        let begins = |event: &Value| event["body"]["message"] == "test:hold begins.";
        loop {
            let polled = tokio::time::timeout(PATIENCE, portal.get("ada", &path(last))).await;
            let (status, news) = polled.expect("the step begins");
            assert_eq!(status, StatusCode::OK);
            let news = news.as_array().unwrap();
            last = news.last().map_or(last, |event| event["id"].as_i64().unwrap());
            if news.iter().any(begins) {
                break;
            }
        }
        let path_of_last = path(last);
        let waits = portal.get("ada", &path_of_last);
        tokio::pin!(waits);
        tokio::time::timeout(Duration::from_millis(300), &mut waits).await.expect_err("there is no news");
        portal.world.open.notify_one();
        let (_, news) = tokio::time::timeout(PATIENCE, waits).await.expect("in time");
        assert_eq!(news[0]["id"], last + 1);
        portal.reaches(&id, "completed").await;
        let (_, nothing) = portal.get("ada", &path(1_000)).await;
        assert_eq!(nothing, json!([]), "what has ended is not waited for");
        let (status, _) = portal.get("ada", &format!("/api/scaffolder/v2/tasks/{id}/events?after=x")).await;
        assert_eq!(status, StatusCode::BAD_REQUEST);
    }

    async fn streams_end_with_the_process(db: Database) {
        let portal = Portal::new(&db).await;
        let id = portal.start("ada", "hold", json!({})).await;
        portal.reaches(&id, "processing").await;
        let stream = Stream::open(&portal, &id, "").await;
        let poll_path = format!("/api/scaffolder/v2/tasks/{id}/events?after=1000");
        let poll = portal.get("ada", &poll_path);
        let stop = async {
            portal.scaffolder.stop();
            portal.scaffolder.stopped().await;
        };
        let ((_, polled), events, ()) =
            tokio::time::timeout(PATIENCE, async { tokio::join!(poll, stream.rest(), stop) })
                .await
                .expect("in time");
        assert_eq!(polled, json!([]));
        assert!(events.iter().all(|event| event.kind == "log"), "{events:?}");
        assert_eq!(portal.run(&id).await["state"], "open", "it was given back");
    }

    async fn many_follow_one_run(db: Database) {
        let portal = Portal::new(&db).await;
        let id = portal.start("ada", "hold", json!({})).await;
        portal.reaches(&id, "processing").await;
        let mut streams = Vec::new();
        for _ in 0..20 {
            streams.push(Stream::open(&portal, &id, "").await);
        }
        portal.world.open.notify_one();
        let all = futures::stream::iter(streams).then(Stream::rest).map(|events| lines(&events, &id));
        let all: Vec<String> = all.collect().await;
        assert!(all.iter().all(|told| *told == all[0] && told.contains("completion")), "{all:?}");
    }
}
