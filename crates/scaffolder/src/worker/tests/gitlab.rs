//! Runs that publish to GitLab: whole ones, in processes that are killed.

use integrations::{Config as Network, Integrations};
use model::{EntityRef, LocationRef};
use platform::access::{Caller, Policy, PolicyConfig};
use platform::database::Database;

use super::elsewhere::written;
use super::kill::work_and_die;
use super::*;
use crate::actions::{Catalog, NoCatalog, Reach, all};
use crate::peers::gitlab::{Peer, TOKEN};

/// Runs are killed behind each event of this distance, on each engine.
const DISTANCE: usize = 5;

fn network(peer: &Peer) -> Network {
    Network { gitlab: vec![peer.integration()], ..Network::default() }
}

/// What one process has.
fn tools(bench: &Bench, peer: &Peer) -> Tools {
    let catalog: Arc<dyn Catalog> = Arc::new(NoCatalog);
    tools_with(bench, peer, &catalog)
}

fn tools_with(bench: &Bench, peer: &Peer, catalog: &Arc<dyn Catalog>) -> Tools {
    let reach = Arc::new(Reach::new(Integrations::new(&network(peer)).expect("a network"), Vec::new()));
    Tools {
        registry: Arc::new(Registry::new(all(&reach, catalog, &bench.notifier())).expect("actions")),
        ..bench.tools()
    }
}

/// A catalog that reads from the host, and has read everything.
async fn catalog(bench: &Bench, peer: &Peer) -> catalog::Catalog {
    let migrations = catalog::migrations().into_iter().chain(crate::migrations());
    bench.database.migrate(migrations.collect()).await.expect("the migrations apply");
    let settings = catalog::Settings {
        config: catalog::Config::default(),
        paths: Vec::new(),
        base: bench.folder.path().to_owned(),
        interval: None,
        network: network(peer),
        checks: catalog::reading::Checks::default(),
    };
    let policy = Policy::new(PolicyConfig { permission_enabled: false });
    let feed = Feed::new(&bench.database);
    let (log, followed) = (bench.database.clone(), feed.clone());
    let opened = catalog::Catalog::open(&settings, bench.database.clone(), feed, policy).await;
    tokio::spawn(async move { followed.follow(|| catalog::store::newest_seq(&log)).await });
    opened.expect("a catalog")
}

async fn work(bench: &Bench, tools: &Tools) {
    while bench.attempt_once(tools).await {}
}

fn spec(peer: &Peer, name: &str) -> Value {
    let entity =
        json!({ "apiVersion": "backstage.io/v1alpha1", "kind": "Component", "metadata": { "name": "shop" } });
    let repo_url = peer.repo_url(name);
    json!({
        "steps": [
            { "id": "write", "action": "catalog:write", "input": { "entity": entity } },
            { "id": "group", "action": "gitlab:group:ensureExists", "input": {
                "repoUrl": peer.host(), "path": ["acme", "shops"] } },
            { "id": "publish", "action": "publish:gitlab", "input": {
                "repoUrl": repo_url, "defaultBranch": "main", "settings": { "name": "Läden", "topics": ["shop"] },
                "branches": [{ "name": "next", "create": true, "protect": true }] } },
            { "id": "variable", "action": "gitlab:projectVariable:create", "input": {
                "repoUrl": repo_url, "projectId": "${{ steps.publish.output.projectId }}", "key": "KEY",
                "value": "${{ secrets.key }}", "variableType": "env_var", "masked": true } },
            { "id": "more", "action": "catalog:write", "input": { "filePath": "docs/more.yaml", "entity": entity } },
            { "id": "propose", "action": "publish:gitlab:merge-request", "input": {
                "repoUrl": repo_url, "branchName": "docs", "title": "Add docs", "sourcePath": ".", "assignee": "jane" } },
            { "id": "issue", "action": "gitlab:issues:create", "input": {
                "repoUrl": repo_url, "title": "Review", "description": "${{ steps.propose.output.mergeRequestUrl }}" } },
        ],
        "output": { "links": [
            { "title": "Project", "url": "${{ steps.publish.output.remoteUrl }}" },
            { "title": "Proposal", "url": "${{ steps.propose.output.mergeRequestUrl }}" },
        ] },
    })
}

/// What a run left, without what differs from one to the other.
async fn left(bench: &Bench, peer: &Peer, id: &str, name: &str) -> Value {
    let row = bench.row(id).await;
    let state = row.state().expect("a state").name();
    let told =
        json!({ "state": state, "error": row.error, "output": row.output, "gitlab": peer.state(name) });
    // The mark of an issue is that of its run.
    let told = told.to_string().replace(name, "NAME");
    let (before, behind) = told.split_once("<!-- portico:").expect("an issue");
    let (_, behind) = behind.split_once("-->").expect("the end of its mark");
    serde_json::from_str(&format!("{before}{behind}")).expect("JSON")
}

testkit::on_both_engines! {
    async fn a_killed_run_publishes_to_gitlab_once(db: Database) {
        let peer = Peer::start().await;
        let secrets = [("key", "hunter2hunter2")];
        let bench = Bench::new(db.clone()).await;
        let id = bench.start_with(spec(&peer, "undisturbed"), &secrets).await;
        work(&bench, &tools(&bench, &peer)).await;
        let expected = left(&bench, &peer, &id, "undisturbed").await;
        assert_eq!(expected["state"], "completed", "{expected:#}");
        let branches = expected["gitlab"]["branches"].as_array().expect("branches");
        assert_eq!(branches.iter().map(|branch| &branch[0]).collect::<Vec<_>>(), ["docs", "main", "next"]);
        assert!(branches[0].to_string().contains("docs/more.yaml") && !branches[1].to_string().contains("docs/more.yaml"));
        let messages = bench.messages(&id).await;
        let told = messages.join("\n");
        assert!(!told.contains("hunter2") && !told.contains(TOKEN), "{told}");
        let mut kills = 0;
        for event in (1..messages.len()).step_by(DISTANCE) {
            let name = format!("run-{event}");
            let bench = Bench::new(db.clone()).await;
            let id = bench.start_with(spec(&peer, &name), &secrets).await;
            let tools = tools(&bench, &peer);
            let claimed = take(&tools, "killed").await.unwrap().expect("a run that is due");
            let die = written(&bench, &id, i64::try_from(event).expect("few events"));
            kills += u32::from(work_and_die(&bench, tools.clone(), claimed, die).await);
            work(&bench, &tools).await;
            assert_eq!(left(&bench, &peer, &id, &name).await, expected, "killed behind event {event}");
        }
        assert!(kills > 3, "{kills} kills behind {} events", messages.len());
    }

    async fn a_token_that_a_step_gives_is_hidden_after_a_restart_too(db: Database) {
        let peer = Peer::start().await;
        let group = peer.get("/namespaces/acme%2Fshops");
        peer.ask("POST", "/projects", json!({ "name": "shop", "path": "shop", "namespace_id": group["id"] }));
        let spec = json!({
            "steps": [
                { "id": "token", "action": "gitlab:projectAccessToken:create", "input": {
                    "repoUrl": peer.host(), "projectId": "acme/shops/shop", "name": "robot", "scopes": ["api"] } },
                { "id": "many", "each": ["one", "two"], "action": "gitlab:projectDeployToken:create", "input": {
                    "repoUrl": peer.host(), "projectId": "acme/shops/shop", "name": "${{ each.value }}", "scopes": ["api"] } },
                { "id": "say", "action": "debug:log", "input": {
                    "message": "They are ${{ steps.token.output.access_token }} and ${{ steps.many.output.deploy_token[1] }}." } },
            ],
            "output": { "text": [{ "title": "Token", "content": "${{ steps.token.output.access_token }}" }] },
        });
        // Killed behind each event in turn, until there are no more, and while the host made the token.
        for event in 0.. {
            let bench = Bench::new(db.clone()).await;
            let id = bench.start(spec.clone()).await;
            let tools = tools(&bench, &peer);
            let claimed = take(&tools, "killed").await.unwrap().expect("a run that is due");
            let was_killed = if event == 0 {
                let cut = peer.cut(1, true);
                work_and_die(&bench, tools.clone(), claimed, cut.notified()).await
            } else {
                work_and_die(&bench, tools.clone(), claimed, written(&bench, &id, event)).await
            };
            peer.mend();
            work(&bench, &tools).await;
            let row = bench.row(&id).await;
            let told = format!("{:?} {:?} {:?}", bench.messages(&id).await, row.output, row.error);
            assert!(!told.contains("-made-"), "killed behind event {event}: {told}");
            match row.state().expect("a state") {
                TaskState::Completed if event > 0 => {
                    assert!(told.contains("They are ****** and ******."), "{told}");
                }
                // Whether there is a token is not known: a person is asked.
                TaskState::Asking => {}
                state => panic!("killed behind event {event}: {state:?} {told}"),
            }
            if !was_killed {
                break;
            }
        }
    }

    async fn what_a_run_published_to_gitlab_is_registered_and_fetched_again(db: Database) {
        let peer = Peer::start().await;
        let bench = Bench::new(db.clone()).await;
        let catalog = catalog(&bench, &peer).await;
        let entity = |name: &str| json!({
            "apiVersion": "backstage.io/v1alpha1", "kind": "Component", "metadata": { "name": name },
            "spec": { "type": "service", "lifecycle": "experimental", "owner": "acme" },
        });
        let id = bench.start(json!({
            "steps": [
                { "id": "write", "action": "catalog:write", "input": { "entity": entity("shop") } },
                { "id": "more", "action": "catalog:write", "input": { "filePath": "skeletons/java/a b/more.yaml", "entity": entity("more") } },
                { "id": "publish", "action": "publish:gitlab", "input": {
                    "repoUrl": peer.repo_url("shop"), "defaultBranch": "trunk/1" } },
                { "id": "register", "action": "catalog:register", "input": {
                    "repoContentsUrl": "${{ steps.publish.output.repoContentsUrl }}" } },
                { "id": "folder", "action": "fetch:plain", "input": {
                    "url": "${{ steps.publish.output.remoteUrl }}/-/tree/trunk%2F1/skeletons/java", "targetPath": "copied" } },
                { "id": "file", "action": "fetch:plain:file", "input": {
                    "url": "${{ steps.publish.output.remoteUrl }}/-/blob/trunk%2F1/catalog-info.yaml", "targetPath": "copied/file.yaml" } },
                { "id": "say", "action": "debug:log", "input": { "listWorkspace": true } },
            ],
            "output": { "entity": "${{ steps.register.output.entityRef }}", "url": "${{ steps.register.output.catalogInfoUrl }}" },
        })).await;
        let port: Arc<dyn Catalog> = Arc::new(catalog.clone());
        work(&bench, &tools_with(&bench, &peer, &port)).await;
        let (row, told) = (bench.row(&id).await, bench.messages(&id).await.join("\n"));
        let output: Value = serde_json::from_str(row.output.as_deref().unwrap_or("null")).expect("JSON");
        let address = format!("{}/-/blob/trunk%2F1/catalog-info.yaml", peer.page("acme/shops/shop"));
        assert_eq!(output, json!({ "entity": "component:default/shop", "url": address }), "{:?} {told}", row.error);
        for copied in ["copied/a b/more.yaml", "copied/file.yaml"] {
            assert!(told.contains(copied), "{told}");
        }
        let anybody = Caller::User { entity_ref: "user:default/jane".to_owned(), groups: Vec::new() };
        let shop = EntityRef::parse("component:default/shop").expect("a reference");
        testkit::eventually("the catalog to have read the file", Duration::from_secs(60), || async {
            catalog.entity_by_ref(&anybody, &shop, None).await.ok().map(drop)
        }).await;
        // The project as a whole: what it would bring, and what a new descriptor would say.
        let project = peer.page("acme/shops/shop");
        let page = catalog.import_page(&anybody, &project).await.expect("a page");
        assert_eq!((page.refusal, page.is_known, page.target), (None, true, address.clone()));
        assert_eq!(page.entities[0].entity_ref, "component:default/shop");
        let location = LocationRef { kind: "url".to_owned(), target: project };
        let found = catalog.analyze_location(&anybody, &location, None).await.expect("an analysis");
        assert_eq!(found.existing[0]["location"]["target"], json!(address));
        assert_eq!(found.existing[0]["isRegistered"], json!(true));
        let found = catalog.analyze_location(&anybody, &location, Some("portico.yaml")).await.expect("an analysis");
        assert_eq!(found.generate[0]["entity"]["metadata"], json!({
            "name": "shop", "annotations": { "gitlab.com/project-slug": "acme/shops/shop" },
        }));
    }
}
