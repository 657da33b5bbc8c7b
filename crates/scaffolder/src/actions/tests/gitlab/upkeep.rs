//! Issues, groups, tokens and pipelines of GitLab.

use super::*;
use crate::action::{ANSWERED, Repeat};
use crate::execution::Journal as _;
use crate::peers::gitlab::{JANE, TOKEN};

/// A project with a branch.
async fn begun(peer: &Peer, name: &str) {
    let bench = Bench::on(peer);
    bench.fill();
    let input = json!({ "repoUrl": peer.repo_url(name), "defaultBranch": "main" });
    bench.given("publish:gitlab", input).await;
}

fn repeat(bench: &Bench, id: &str) -> Repeat {
    let Found::Runs(registered) = bench.registry.find(id) else { panic!("{id}") };
    registered.action.repeat(&Map::new())
}

#[tokio::test]
async fn an_issue_is_opened_once_and_edited() {
    let peer = Peer::start().await;
    let bare = |name: &str| {
        let group = peer.get("/namespaces/acme%2Fshops");
        peer.ask("POST", "/projects", json!({ "name": name, "path": name, "namespace_id": group["id"] }));
        Bench::on(&peer)
    };
    let (id, jane) = ("gitlab:issues:create", peer.get("/users?username=jane")[0]["id"].clone());
    let input = |name: &str| {
        json!({
            "repoUrl": peer.repo_url(name), "title": "Öne", "description": "Look.", "labels": "new,old", "issueType": "task",
            "dueDate": "2027-01-31T10:00:00Z", "assignees": [jane], "confidential": true, "weight": 3,
        })
    };
    survives_cuts(&peer, bare, id, input).await;
    let expected = json!([{
        "iid": 1, "web_url": peer.page("acme/shops/NAME/-/issues/1"), "state": "opened", "labels": ["new", "old"],
        "assignees": [{ "username": "jane" }], "title": "Öne", "issue_type": "task", "due_date": "2027-01-31",
        "confidential": true, "weight": 3,
        // The mark is `run-1 step` in Base64.
        "description": "Look.\n\n<!-- portico:cnVuLTEgc3RlcA== -->",
    }]);
    assert_eq!(peer.state("undisturbed")["lists"]["issues"], expected);
    let mut by_number = input("nowhere");
    by_number["projectId"] = json!(peer.project("undisturbed")["id"].to_string());
    let second = Bench::on(&peer).given(id, by_number).await;
    assert_eq!(second["issueIid"], 2, "a step that asked for none yet opens its own");
    let refused = Bench::on(&peer).run(id, input("nowhere")).await.unwrap_err();
    assert!(refused.contains("404 Project Not Found") && refused.contains("\"Reporter\""), "{refused}");

    let project = peer.project("undisturbed")["id"].clone();
    let edit = json!({
        "repoUrl": peer.host(), "projectId": project, "issueIid": 1.0, "addLabels": "new, more", "removeLabels": "old",
        "stateEvent": "close", "title": "Two", "dueDate": "2027-02-01",
    });
    for _ in 0..2 {
        let given = Bench::on(&peer).given("gitlab:issue:edit", edit.clone()).await;
        assert_eq!(
            (&given["state"], &given["title"], &given["projectId"]),
            (&json!("closed"), &json!("Two"), &project)
        );
    }
    let issue = peer.state("undisturbed")["lists"]["issues"][0].clone();
    assert_eq!((&issue["labels"], &issue["due_date"]), (&json!(["new", "more"]), &json!("2027-02-01")));
    assert_eq!(issue["confidential"], true, "what is not named stays");
    // Texts that are made of digits stay texts, and whole numbers that come with a point are sent without.
    let digits = json!({
        "repoUrl": peer.repo_url("undisturbed"), "title": "4711", "description": "42", "labels": "7", "weight": 3.0,
    });
    assert_eq!(Bench::on(&peer).given(id, digits).await["issueIid"], 3);
    let issue = peer.state("undisturbed")["lists"]["issues"][2].clone();
    assert_eq!(
        (&issue["title"], &issue["labels"], &issue["weight"]),
        (&json!("4711"), &json!(["7"]), &json!(3))
    );
    assert!(issue["description"].as_str().is_some_and(|said| said.starts_with("42\n")), "{issue}");
    let mut missing = edit;
    missing["issueIid"] = json!(77);
    let refused = Bench::on(&peer).run("gitlab:issue:edit", missing).await.unwrap_err();
    assert!(refused.contains("404 Issue Not Found") && refused.contains("the issue 77"), "{refused}");
}

#[tokio::test]
async fn groups_are_made_where_they_are_missing() {
    let peer = Peer::start().await;
    let id = "gitlab:group:ensureExists";
    let path = |last: &str| json!(["acme", { "name": "Läden 店", "slug": "new" }, last]);
    let input = |last: &str| json!({ "repoUrl": peer.host(), "path": path(last), "description": "Shops" });
    let bench = Bench::on(&peer);
    assert!(bench.try_out(id, input("a")).await.is_ok());
    assert!(
        bench.log().contains("Would make the group acme/new/a") && peer.asked().is_empty(),
        "{}",
        bench.log()
    );
    peer.count_anew();
    let given = bench.given(id, input("a")).await;
    let requests = peer.requests();
    let group = |path: &str| peer.get(&format!("/groups/{}", path.replace('/', "%2F")));
    assert_eq!(given["groupId"], group("acme/new/a")["id"]);
    assert_eq!(group("acme/new")["name"], "Läden 店");
    assert_eq!(
        (&group("acme/new/a")["parent_id"], &group("acme/new/a")["description"]),
        (&group("acme/new")["id"], &json!("Shops"))
    );
    assert_eq!(group("acme")["description"], Value::Null, "what is there stays as it is");
    assert_eq!(bench.given(id, input("a")).await, given);
    for number in 1..=requests {
        for answered in [false, true] {
            let last = format!("cut-{number}-{answered}");
            let cut = peer.cut(number, answered);
            let bench = Bench::on(&peer);
            // With the middle group there already, there are fewer requests.
            tokio::select! {
                _ = bench.run(id, input(&last)) => {}
                () = cut.notified() => {}
            }
            peer.mend();
            let given = bench.given(id, input(&last)).await;
            assert_eq!(given["groupId"], group(&format!("acme/new/{last}"))["id"]);
        }
    }
    for bad in ["..", "a/b", "Läden", "", ".git", "x y"] {
        let refused = bench.run(id, input(bad)).await.unwrap_err();
        assert!(refused.contains("can't be a part of an address"), "{bad}: {refused}");
    }
}

#[tokio::test]
async fn people_and_groups_are_let_in_and_out() {
    let peer = Peer::start().await;
    let id = "gitlab:group:access";
    let user = |name: &str| peer.get(&format!("/users?username={name}"))[0]["id"].clone();
    let acme = peer.get("/groups/acme")["id"].clone();
    let input = |action: &str, level: Value| {
        json!({
            "repoUrl": peer.host(), "path": "acme/shops", "userIds": [user("jane"), user("reader")], "groupIds": [acme],
            "action": action, "accessLevel": level,
        })
    };
    let left = || {
        let group = peer.get("/groups/acme%2Fshops");
        let member = |name: &str| {
            let path = format!("/groups/acme%2Fshops/members/{}", user(name));
            Some(peer.try_get(&path)?["access_level"].clone())
        };
        json!([member("jane"), member("reader"), group["shared_with_groups"][0]["group_access_level"]])
    };
    let bench = Bench::on(&peer);
    assert!(bench.try_out(id, input("add", json!("owner"))).await.is_ok());
    assert_eq!((left(), bench.log().contains("Would let into")), (json!([null, null, null]), true));
    for (level, expected) in
        [(json!("developer"), 30), (json!(40), 40), (json!("40"), 40), (json!("Owner"), 50)]
    {
        for (number, answered) in [(1, true), (3, false), (3, true), (99, true)] {
            let cut = peer.cut(number, answered);
            tokio::select! {
                _ = bench.run(id, input("add", level.clone())) => {}
                () = cut.notified() => {}
            }
            peer.mend();
            let given = bench.given(id, input("add", level.clone())).await;
            assert_eq!((&given["accessLevel"], &given["path"]), (&json!(expected), &json!("acme/shops")));
            assert_eq!(left(), json!([expected, expected, expected]), "{level}");
        }
    }
    for _ in 0..2 {
        let given = bench.given(id, input("remove", json!(30))).await;
        assert_eq!((&given["accessLevel"], &given["groupIds"]), (&Value::Null, &json!([acme])));
        assert_eq!(left(), json!([null, null, null]));
    }
    for (change, expected) in [
        (json!({ "accessLevel": "boss" }), "boss is no level of access"),
        (json!({ "accessLevel": 31 }), "31 is no level of access"),
        (json!({ "userIds": [], "groupIds": [] }), "names nobody"),
        (json!({ "path": "nothing" }), "404 Group Not Found"),
        (json!({ "path": ".." }), "is no path of the API"),
        (json!({ "userIds": [777] }), "the person 777"),
    ] {
        let mut input = input("add", json!(30));
        for (name, value) in change.as_object().unwrap() {
            input[name] = value.clone();
        }
        let refused = bench.run(id, input).await.unwrap_err();
        assert!(refused.contains(expected), "{change}: {refused}");
    }
}

#[tokio::test]
async fn a_token_is_made_once() {
    let peer = Peer::start().await;
    begun(&peer, "shop").await;
    for (id, kind, output) in [
        ("gitlab:projectAccessToken:create", "access_tokens", "access_token"),
        ("gitlab:projectDeployToken:create", "deploy_tokens", "deploy_token"),
    ] {
        let mut input = json!({
            "repoUrl": peer.repo_url("shop"), "projectId": "acme/shops/shop", "name": "robot", "scopes": ["read_repository"],
        });
        let bench = Bench::on(&peer);
        assert_eq!(repeat(&bench, id), Repeat::Ask);
        let given = bench.given(id, input.clone()).await;
        let token = given[output].as_str().unwrap();
        assert!(token.contains("-made-"), "{given}");
        assert_eq!(bench.given(id, input.clone()).await, given);
        assert_eq!(bench.journal.kept("step", ANSWERED).await.unwrap(), Some(given.clone()));
        let made = peer.state("shop")["lists"][kind].clone();
        assert_eq!(made.as_array().unwrap().len(), 1, "{made}");
        let Found::Runs(registered) = bench.registry.find(id) else { panic!("{id}") };
        assert_eq!(registered.action.secrets(), [output]);
        assert!(!bench.log().contains(token), "{}", bench.log());
        if kind == "access_tokens" {
            assert_eq!(made[0]["access_level"], 40);
            let day = made[0]["expires_at"].as_str().unwrap();
            let days = day
                .parse::<jiff::civil::Date>()
                .unwrap()
                .duration_since(jiff::Timestamp::now().to_string()[..10].parse().unwrap());
            assert_eq!(days.as_hours() / 24, 365, "{day}");
        } else {
            assert!(given["user"].as_str().unwrap().starts_with("gitlab+deploy-token-"), "{given}");
        }
        input["projectId"] = json!("acme/shops/nothing");
        let refused = Bench::on(&peer).run(id, input).await.unwrap_err();
        assert!(refused.contains("404 Project Not Found") && refused.contains("\"Maintainer\""), "{refused}");
    }
    let scopeless = json!({ "repoUrl": peer.repo_url("shop"), "projectId": peer.project("shop")["id"] });
    let refused = Bench::on(&peer).run("gitlab:projectAccessToken:create", scopeless).await.unwrap_err();
    assert!(refused.contains("name is missing, scopes is missing"), "{refused}");
}

#[tokio::test]
async fn a_pipeline_is_started_once() {
    let peer = Peer::start().await;
    begun(&peer, "shop").await;
    let id = "gitlab:pipeline:trigger";
    let mut input = json!({
        "repoUrl": peer.repo_url("shop"), "projectId": peer.project("shop")["id"], "tokenDescription": "first", "branch": "main",
        "variables": { "ENVIRONMENT": "test" },
    });
    let bench = Bench::on(&peer);
    assert_eq!(repeat(&bench, id), Repeat::Ask);
    for _ in 0..2 {
        let given = bench.given(id, input.clone()).await;
        assert_eq!(given["pipelineUrl"], peer.page("acme/shops/shop/-/pipelines/1"));
    }
    let lists = || peer.state("shop")["lists"].clone();
    assert_eq!(lists()["pipelines"][0]["variables"], json!({ "ENVIRONMENT": "test" }));
    assert_eq!(lists()["triggers"], json!([]), "its token is gone");
    // Cut off behind the answer that started it: the trigger goes with the next attempt, which a person asked for.
    let bench = Bench::on(&peer);
    let cut = peer.cut(2, true);
    tokio::select! {
        done = bench.run(id, input.clone()) => panic!("not cut off, but {done:?}"),
        () = cut.notified() => {}
    }
    peer.mend();
    assert_eq!(
        (lists()["triggers"].as_array().unwrap().len(), lists()["pipelines"].as_array().unwrap().len()),
        (1, 2)
    );
    bench.given(id, input.clone()).await;
    assert_eq!((lists()["triggers"].clone(), lists()["pipelines"].as_array().unwrap().len()), (json!([]), 3));
    let nowhere = Bench::on(&peer);
    input["branch"] = json!("nowhere");
    peer.refuse(Some("DELETE"));
    let refused = nowhere.run(id, input.clone()).await.unwrap_err();
    assert!(refused.contains("base Reference not found"), "what happened to the pipeline is told: {refused}");
    assert!(nowhere.log().contains("The trigger was not removed yet."), "{}", nowhere.log());
    peer.refuse(None);
    assert_eq!(lists()["triggers"].as_array().unwrap().len(), 1);
    assert!(nowhere.run(id, input.clone()).await.is_err());
    assert_eq!(lists()["triggers"], json!([]), "the next attempt removes it");
    let refused = Bench::on(&peer).run(id, input).await.unwrap_err();
    assert!(refused.contains("base Reference not found") && !refused.contains("glptt-made"), "{refused}");
    assert_eq!(lists()["triggers"], json!([]));
    assert!(!bench.log().contains("glptt-made"), "{}", bench.log());
}

#[tokio::test]
async fn it_is_told_who_somebody_is() {
    let peer = Peer::start().await;
    let id = "gitlab:user:info";
    let bench = Bench::on(&peer);
    let given = bench.given(id, json!({ "repoUrl": peer.host() })).await;
    let page = peer.page("portico");
    let expected = json!({
        "id": 1, "username": "portico", "name": "portico Ünal", "state": "active", "webUrl": page,
        "email": "portico@acme.test", "createdAt": "2024-01-02T03:04:05.000Z", "publicEmail": "",
    });
    assert_eq!(given, expected);
    assert_eq!(bench.given(id, json!({ "repoUrl": peer.host(), "token": JANE })).await["username"], "jane");
    let other = bench.given(id, json!({ "repoUrl": peer.repo_url("x"), "userId": 3 })).await;
    assert_eq!(other["username"], "reader");
    let refused = bench.run(id, json!({ "repoUrl": peer.host(), "userId": 77 })).await.unwrap_err();
    assert!(refused.contains("has no user 77"), "{refused}");
    let refused = bench.run(id, json!({ "repoUrl": "gitlab.com" })).await.unwrap_err();
    assert!(refused.contains("there is no token for gitlab.com"), "{refused}");
}

#[tokio::test]
async fn a_project_is_fetched_from_another_host_once() {
    let peer = Peer::start().await;
    let id = "gitlab:group:migrate";
    let mut input = json!({
        "destinationAccessToken": TOKEN, "destinationUrl": peer.repo_url("moved"), "sourceAccessToken": "glpat-old",
        "sourceFullPath": "old/shop", "sourceUrl": "https://old.example.com",
    });
    let bench = Bench::on(&peer);
    assert_eq!(repeat(&bench, id), Repeat::Ask);
    let given = bench.given(id, input.clone()).await;
    assert_eq!(given["importedRepoUrl"], peer.page("acme/shops/moved"));
    assert_eq!(bench.given(id, input.clone()).await, given);
    assert_eq!(peer.asked().matches("POST /bulk_imports").count(), 1);
    for said in [r#""destination_namespace":"acme/shops""#, r#""destination_slug":"moved""#] {
        assert!(peer.asked().contains(said), "{}", peer.asked());
    }
    input["sourceAccessToken"] = json!("glpat-refused");
    let refused = Bench::on(&peer).run(id, input).await.unwrap_err();
    assert!(refused.contains("The token ****** of the source is refused"), "{refused}");
    assert!(!bench.log().contains("glpat"), "{}", bench.log());
}
