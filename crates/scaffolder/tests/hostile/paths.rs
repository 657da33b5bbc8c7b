//! Paths that climb out, links, names of devices, and what a host claims that a repository holds.

use integrations::Config;
use platform::database::Database;
use serde_json::{Value, json};

use crate::portal::{Around, template};

/// What a path says, and what the person is told.
const PATHS: [(&str, &str); 17] = [
    ("../victim", "leads out of the workspace"),
    ("../../outside/victim", "leads out of the workspace"),
    ("a/../../../outside/victim", "leads out of the workspace"),
    ("./a/./../../victim", "leads out of the workspace"),
    ("/etc/passwd", "start from the workspace"),
    ("//server/share", "start from the workspace"),
    ("\\\\server\\share", "start from the workspace"),
    ("..\\..\\victim", "\\ can't be in a name"),
    ("C:\\Windows\\x", "without a slash or a drive"),
    ("c:victim", "without a slash or a drive"),
    ("NUL", "names a device"),
    ("a/com1.txt", "names a device"),
    ("a/LPT¹", "names a device"),
    ("a\u{0}b", "control character"),
    ("a\nb", "control character"),
    (".git/hooks/pre-commit", "belongs to Git alone"),
    ("a/.GIT/config", "belongs to Git alone"),
];

/// Each way in which a step takes a path of the workspace.
fn steps(path: &str) -> Vec<(&'static str, Value)> {
    vec![
        ("fetch:plain", json!({ "url": "./skeleton", "targetPath": path })),
        ("fetch:plain:file", json!({ "url": "./skeleton/a.txt", "targetPath": path })),
        ("fetch:template", json!({ "url": "./skeleton", "targetPath": path })),
        ("fetch:template:file", json!({ "url": "./skeleton/a.txt", "targetPath": path })),
        ("catalog:write", json!({ "entity": { "kind": "X" }, "filePath": path })),
        ("fs:delete", json!({ "files": [path] })),
        ("fs:rename", json!({ "files": [{ "from": "a.txt", "to": path }] })),
        ("fs:rename", json!({ "files": [{ "from": path, "to": "b.txt" }] })),
        ("fs:readdir", json!({ "paths": [path] })),
        ("workspace:template:file", json!({ "sourcePath": path, "targetPath": "b.txt" })),
        ("workspace:template:file", json!({ "sourcePath": "a.txt", "targetPath": path })),
    ]
}

testkit::on_both_engines! {
    async fn no_path_leads_out_of_the_folder_of_a_run(db: Database) {
        let mut templates = Vec::new();
        let mut expected = Vec::new();
        for (number, (path, told)) in PATHS.iter().enumerate() {
            for (way, (action, input)) in steps(path).into_iter().enumerate() {
                let name = format!("path-{number}-{way}");
                let fetch = json!({ "action": "fetch:plain", "input": { "url": "./skeleton" } });
                let steps = json!([fetch, { "action": action, "input": input }]);
                templates.push(template(&name, steps, json!({})));
                expected.push((name, *told));
            }
        }
        let portal = Around::new().portal(&db, &Config::default(), &templates).await;
        for (name, told) in expected {
            portal.fails(&name, told).await;
        }
    }

    async fn a_name_in_a_skeleton_that_is_computed_leads_nowhere_else(db: Database) {
        let names = ["..", "../../outside/victim", "nul", ".git", "a\u{0}b", "a\\b", "x/../../../victim"];
        let templates: Vec<_> = names.iter().enumerate().map(|(number, name)| {
            let input = json!({ "url": "./named", "values": { "name": name } });
            template(&format!("name-{number}"), json!([{ "action": "fetch:template", "input": input }]), json!({}))
        }).collect();
        let around = Around::new().file("catalog/named/${{ values.name }}", b"x");
        let portal = around.portal(&db, &Config::default(), &templates).await;
        for number in 0..names.len() {
            portal.fails(&format!("name-{number}"), "is no path here").await;
        }
    }

    async fn addresses_beside_the_template_stay_beside_it(db: Database) {
        let around = Around::new();
        let outside = around.path("outside");
        std::os::unix::fs::symlink(&outside, around.path("catalog/way")).unwrap();
        std::os::unix::fs::symlink("/etc/passwd", around.path("catalog/skeleton/passwd")).unwrap();
        let victim = outside.join("victim").to_str().unwrap().to_owned();
        let addresses = [
            "../outside/victim", "skeleton/../../outside/victim", "way/victim", "skeleton/passwd", &victim,
            "file:///etc/passwd", "/etc/passwd",
        ];
        let templates: Vec<_> = addresses.iter().enumerate().map(|(number, address)| {
            let input = json!({ "url": address, "targetPath": "x" });
            let steps = json!([
                { "action": "fetch:plain:file", "input": input },
                { "action": "debug:log", "input": { "listWorkspace": "with-contents" }, "if": "${{ always() }}" },
            ]);
            template(&format!("address-{number}"), steps, json!({}))
        }).collect();
        // A link is copied as what it says; whoever reads through it gets nothing.
        let through = template("through", json!([
            { "action": "fetch:plain", "input": { "url": "./skeleton" } },
            { "action": "debug:log", "input": { "listWorkspace": "with-contents" } },
            { "action": "workspace:template:file", "input": { "sourcePath": "passwd", "targetPath": "copy" } },
        ]), json!({}));
        let write = template("write", json!([
            { "action": "fetch:plain", "input": { "url": "./skeleton" } },
            { "action": "fetch:plain:file", "input": { "url": "./skeleton/a.txt", "targetPath": "passwd/x" } },
        ]), json!({}));
        let templates = [templates, vec![through, write]].concat();
        let portal = around.portal(&db, &Config::default(), &templates).await;
        let names = (0..addresses.len()).map(|number| format!("address-{number}"));
        for name in names.chain(["through".to_owned(), "write".to_owned()]) {
            let ended = portal.fails(&name, "").await;
            assert!(!ended.error.is_empty(), "{name}");
            for inside in ["root:", "hands off"] {
                assert!(!ended.shown.contains(inside), "{name}: {}", ended.shown);
            }
        }
    }
}
