//! Templates without an end, and templates that would fill memory or disk.

use integrations::Config;
use platform::database::Database;
use serde_json::{Value, json};

use crate::portal::{Around, template};

/// What the process may grow by. Ten gigabytes are far more.
const ROOM: u64 = 1024 * 1024 * 1024;

/// Text that is rendered without an end or into more than fits; what the person is told ends in what they can do.
const ENDLESS: [&str; 8] = [
    "${{ 'x'.repeat(10000000000) }}",
    "${{ 'x'.padEnd(1000000000000) }}",
    "{% for a in range(1000000) %}{% for b in range(1000000) %}${{ a }}{% endfor %}{% endfor %}",
    "{% for a in range(1000000000) %}{% endfor %}",
    "{% macro m() %}${{ m() }}${{ m() }}{% endmacro %}${{ m() }}",
    "{% set l = [] %}{% for i in range(100000000) %}{% set x = l.push(l) %}{% endfor %}",
    "{% set x = 'x' %}{% for i in range(64) %}{% set x = x + x %}{% endfor %}${{ x }}",
    "${{ r/^(a+)+$/.test('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab') }}${{ 'x'.repeat(100000000000) }}",
];

/// A number of bytes that the system tells of this process.
#[cfg(target_os = "linux")]
fn memory(name: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux tells");
    let line = status.lines().find_map(|line| line.strip_prefix(name)).expect("Linux tells it");
    let kilobytes = line.trim_start_matches(':').trim().trim_end_matches(" kB");
    kilobytes.parse::<u64>().expect("a number") * 1024
}

#[cfg(not(target_os = "linux"))]
fn memory(_: &str) -> u64 {
    0
}

/// Fails when the process used more than [`ROOM`] beyond this.
fn has_room(before: u64) {
    let grown = memory("VmHWM").saturating_sub(before);
    assert!(grown < ROOM, "the process grew by {} MiB", grown >> 20);
}

#[expect(clippy::needless_pass_by_value, reason = "it is written where it is used")]
fn step(action: &str, input: Value) -> Value {
    json!({ "action": action, "input": input })
}

testkit::on_both_engines! {
    async fn what_has_no_end_ends(db: Database) {
        let before = memory("VmRSS");
        let (mut around, mut templates, mut names) = (Around::new(), Vec::new(), Vec::new());
        for (number, text) in ENDLESS.iter().enumerate() {
            around = around
                .file(&format!("catalog/content-{number}/a.txt"), text.as_bytes());
            let named = json!({ "url": "./named", "values": { "name": text } });
            for (way, step) in [
                step("fetch:template", json!({ "url": format!("./content-{number}") })),
                step("debug:log", json!({ "message": text })),
                step("fetch:template", named),
                json!({ "action": "debug:log", "if": text, "input": {} }),
                json!({ "action": "debug:log", "each": text, "input": {} }),
            ].into_iter().enumerate().filter(|(way, _)| *way < 2 || number < 2) {
                let name = format!("endless-{number}-{way}");
                templates.push(template(&name, json!([step]), json!({})));
                names.push(name);
            }
        }
        for (name, each) in [("many", "${{ range(1000000) }}"), ("more", "${{ range(1000000000) }}")] {
            let over = json!({ "action": "debug:log", "each": each, "input": { "message": "${{ each.value }}" } });
            templates.push(template(name, json!([over]), json!({})));
            names.push(name.to_owned());
        }
        let around = around.file("catalog/named/${{ values.name }}", b"x");
        let portal = around.portal(&db, &Config::default(), &templates).await;
        for name in names {
            let ended = portal.fails(&name, "").await;
            assert!(ended.error.len() > 20, "{name} says little: {}", ended.error);
            assert!(ended.error.len() < 20_000, "{name} says too much");
        }
        has_room(before);
    }

    async fn ten_gigabytes_are_refused_early(db: Database) {
        let before = memory("VmRSS");
        let mut around = Around::new();
        // 600 files of 16 MB each from a skeleton of a few bytes.
        for number in 0..600 {
            around = around.file(&format!("catalog/large/{number}"), b"${{ 'x'.repeat(16000000) }}");
        }
        let again = json!([
            step("fetch:template", json!({ "url": "./medium", "targetPath": "a" })),
            { "action": "workspace:template", "each": "${{ range(900) }}",
              "input": { "sourcePath": "a", "targetPath": "b${{ each.value }}", "copyWithoutTemplating": [] } },
        ]);
        // More entries than a folder takes, from a loop of the template.
        let many = json!([{ "action": "fetch:plain", "each": "${{ range(900) }}", "input": { "url": "./files", "targetPath": "f${{ each.value }}" } }]);
        for number in 0..100 {
            around = around.file(&format!("catalog/files/{number}"), b"");
        }
        let around = around.file("catalog/medium/a", b"${{ 'x'.repeat(11000000) }}");
        let portal = around.portal(&db, &Config::default(), &[
            template("large", json!([step("fetch:template", json!({ "url": "./large" }))]), json!({})),
            template("again", again, json!({})),
            template("many", many, json!({})),
        ]).await;
        for (name, expected) in [("large", "134217728 bytes"), ("again", "134217728 bytes"), ("many", "20000 files")] {
            portal.fails(name, expected).await;
        }
        has_room(before);
    }

    async fn outputs_and_answers_that_grow_are_refused(db: Database) {
        let before = memory("VmRSS");
        let doubled = |n: usize| json!({ "message": format!("${{{{ '{}'.repeat(1000000) }}}}", "x".repeat(n)) });
        let output = json!({ "output": { "text": (0..100).map(|_| json!({ "content": "${{ 'x'.repeat(10000000) }}" })).collect::<Vec<_>>() } });
        let pattern = json!({ "parameters": { "properties": { "name": { "type": "string", "pattern": "^(a+)+$" } } } });
        let default = json!({ "parameters": { "properties": { "name": { "type": "string", "default": "${{ 'x'.repeat(10000000000) }}" } } } });
        let portal = Around::new().portal(&db, &Config::default(), &[
            template("logs", json!([{ "action": "debug:log", "each": "${{ range(1000) }}", "input": doubled(1) }]), json!({})),
            template("output", json!([step("debug:log", json!({}))]), output),
            template("pattern", json!([step("debug:log", json!({}))]), pattern),
            template("default", json!([step("debug:log", json!({ "message": "${{ parameters.name }}" }))]), default),
        ]).await;
        for (name, values) in [
            ("logs", json!({})), ("output", json!({})), ("default", json!({})),
            ("pattern", json!({ "name": format!("{}b", "a".repeat(60)) })),
        ] {
            let ended = portal.run(name, values, &[]).await;
            assert!(ended.shown.len() < 64 * 1024 * 1024, "{name} shows {} bytes", ended.shown.len());
            portal.is_unharmed(name);
        }
        assert_eq!(portal.run("pattern", json!({ "name": "aaa" }), &[]).await.state, "completed");
        has_room(before);
    }

    async fn a_template_that_unfolds_without_an_end_is_no_template(db: Database) {
        let before = memory("VmRSS");
        let mut bomb = "apiVersion: scaffolder.backstage.io/v1beta3\nkind: Template\nmetadata: { name: bomb }\nspec:\n  owner: x\n  type: x\n  a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..12 {
            let uses = vec![format!("*a{}", level - 1); 9].join(", ");
            bomb.push_str(&format!("  a{level}: &a{level} [{uses}]\n"));
        }
        bomb.push_str("  steps: [{ action: debug:log, input: { message: *a11 } }]\n");
        let deep = format!("apiVersion: scaffolder.backstage.io/v1beta3\nkind: Template\nmetadata: {{ name: deep }}\nspec: {{ owner: x, type: x, steps: [], a: {}{} }}\n", "[".repeat(100_000), "]".repeat(100_000));
        let around = Around::new()
            .file("catalog/bomb/catalog-info.yaml", bomb.as_bytes())
            .file("catalog/deep/catalog-info.yaml", deep.as_bytes());
        let portal = around.portal(&db, &Config::default(), &[template("good", json!([step("debug:log", json!({}))]), json!({}))]).await;
        assert!(!portal.has("bomb").await && !portal.has("deep").await);
        assert_eq!(portal.run("good", json!({}), &[]).await.state, "completed");
        has_room(before);
    }
}
