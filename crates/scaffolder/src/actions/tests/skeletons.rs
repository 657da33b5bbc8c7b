//! How skeletons are rendered.

use super::*;

fn template(more: &Value) -> Value {
    let mut input =
        json!({ "url": "./s", "values": { "name": "shop", "path": "com/acme", "on": true, "empty": "" } });
    for (key, value) in more.as_object().unwrap() {
        input[key] = value.clone();
    }
    input
}

#[tokio::test]
async fn names_and_contents_are_rendered() {
    let bench = Bench::new()
        .file("s/${{ values.name }}.txt", "Hello ${{ values.name }}!\n{% if values.on %}on{% endif %}\n")
        .file("s/src/${{ values.path }}/A.java", "package ${{ values.path | replace('/', '.') }};")
        .file("s/${{ values.empty }}", "dropped")
        .file("s/${{ values.empty or '' }}/x", "dropped")
        .file("s/a/${{ values.empty }}/y", "dropped")
        .file("s/{% if values.on %}yes.txt{% endif %}", "")
        .file("s/{% if not values.on %}no.txt{% endif %}", "")
        .file("s/image.png", b"\x89PNG\0${{ values.name }}")
        .file("s/latin", b"\xe9 ${{ values.name }}")
        .file("s/jinja.txt", "{{ values.name }}");
    #[cfg(unix)]
    link("${{ values.name }}.txt", bench.beside().join("s/link"));
    bench.done("fetch:template", template(&json!({ "targetPath": "to" }))).await;
    assert_eq!(
        bench.shown(),
        "to/\nto/a/\nto/image.png = \u{fffd}PNG\0${{ values.name }}\nto/jinja.txt = {{ values.name }}\n\
         to/latin = \u{fffd} ${{ values.name }}\nto/link -> ${{ values.name }}.txt\nto/shop.txt = Hello shop!\non\n\n\
         to/src/\nto/src/com/\nto/src/com/acme/\nto/src/com/acme/A.java = package com.acme;\nto/yes.txt = "
    );
}

#[tokio::test]
async fn what_is_there_stays_unless_it_is_to_be_replaced() {
    let bench = Bench::new().file("s/a.txt", "new").file("s/b.txt", "new");
    bench.workspace.write("a.txt", b"old", false).unwrap();
    bench.done("fetch:template", template(&json!({}))).await;
    assert_eq!(bench.shown(), "a.txt = old\nb.txt = new");
    assert!(bench.log().contains("1 were there already"), "{}", bench.log());
    bench.done("fetch:template", template(&json!({ "replace": true }))).await;
    assert_eq!(bench.shown(), "a.txt = new\nb.txt = new");
    let file = |more: Value| {
        let mut input = json!({ "url": "./s/a.txt", "targetPath": "b.txt" });
        input["replace"] = more;
        input
    };
    bench.workspace.write("b.txt", b"old", false).unwrap();
    bench.done("fetch:template:file", file(json!(false))).await;
    assert_eq!(bench.workspace.read("b.txt").unwrap(), b"old");
    bench.done("fetch:template:file", file(json!(true))).await;
    assert_eq!(bench.workspace.read("b.txt").unwrap(), b"new");
}

#[tokio::test]
async fn patterns_say_what_is_copied() {
    let bench = || {
        Bench::new()
            .file("s/.github/workflows/${{ values.name }}.yaml", "${{ secrets.X }}")
            .file("s/docs/deep/a.md", "${{ values.name }}")
            .file("s/b.md", "${{ values.name }}")
            .file("s/c.txt", "${{ values.name }}")
    };
    for (key, patterns, expected) in [
        (
            "copyWithoutTemplating",
            json!([".github/workflows/*", "docs", "./*.md"]),
            [
                "a.md=${{ values.name }}",
                "b.md=${{ values.name }}",
                "c.txt=shop",
                "shop.yaml=${{ secrets.X }}",
            ],
        ),
        (
            "copyWithoutTemplating",
            json!(["**/*.md", "!b.md"]),
            ["a.md=${{ values.name }}", "b.md=shop", "c.txt=shop", "shop.yaml="],
        ),
        (
            "copyWithoutTemplating",
            json!(["*.md"]),
            ["a.md=shop", "b.md=${{ values.name }}", "c.txt=shop", "shop.yaml="],
        ),
        (
            "copyWithoutTemplating",
            json!(["docs/"]),
            ["a.md=${{ values.name }}", "b.md=shop", "c.txt=shop", "shop.yaml="],
        ),
        ("copyWithoutTemplating", json!(["docs/*"]), ["a.md=shop", "b.md=shop", "c.txt=shop", "shop.yaml="]),
        ("copyWithoutTemplating", json!([]), ["a.md=shop", "b.md=shop", "c.txt=shop", "shop.yaml="]),
        (
            "copyWithoutRender",
            json!([".github/**"]),
            ["${{ values.name }}.yaml=${{ secrets.X }}", "a.md=shop", "b.md=shop", "c.txt=shop"],
        ),
    ] {
        let bench = bench();
        bench.done("fetch:template", template(&json!({ key: patterns }))).await;
        let files = bench.workspace.walk("").unwrap().into_iter().filter(|entry| entry.kind != Kind::Folder);
        let mut told: Vec<_> = files
            .map(|entry| {
                let content = String::from_utf8(bench.workspace.read(&entry.path).unwrap()).unwrap();
                format!("{}={content}", entry.path.rsplit('/').next().unwrap())
            })
            .collect();
        told.sort_unstable();
        assert_eq!(told, expected, "{key} {patterns}");
    }
}

#[tokio::test]
async fn an_ending_says_what_is_a_template() {
    let bench = || {
        Bench::new()
            .file("s/${{ values.name }}.txt.njk", "${{ values.name }}")
            .file("s/plain-${{ values.name }}.txt", "${{ values.name }}")
            .file("s/deep/x.tpl", "${{ values.name }}")
            .file("s/.njk", "${{ values.name }}")
    };
    let with = |extension: Value| template(&json!({ "templateFileExtension": extension }));
    let one = bench();
    one.done("fetch:template", with(json!(true))).await;
    assert_eq!(
        one.shown(),
        ".njk = ${{ values.name }}\ndeep/\ndeep/x.tpl = ${{ values.name }}\nplain-shop.txt = ${{ values.name }}\nshop.txt = shop"
    );
    let other = bench();
    other.done("fetch:template", with(json!("tpl"))).await;
    assert!(other.shown().contains("deep/x = shop\n"), "{}", other.shown());
    for more in [
        json!({ "templateFileExtension": true, "copyWithoutTemplating": ["x"] }),
        json!({ "templateFileExtension": true, "cookiecutterCompat": true }),
        json!({ "copyWithoutRender": ["x"], "copyWithoutTemplating": ["x"] }),
    ] {
        assert!(bench().run("fetch:template", template(&more)).await.is_err(), "{more}");
    }
}

#[tokio::test]
async fn cookiecutter_and_blocks() {
    let bench = Bench::new()
        .file("s/{{ cookiecutter.name }}.json", "{{ cookiecutter | jsonify }} ${{ values.name }}")
        .file("s/blocks", "  {% if true %}\nx\n  {% endif %}\ny\n");
    let input = json!({ "cookiecutterCompat": true, "trimBlocks": true, "lstripBlocks": true, "values": { "name": "shop" } });
    bench.done("fetch:template", template(&input)).await;
    assert_eq!(bench.shown(), "blocks = x\ny\n\nshop.json = {\"name\":\"shop\"} $");
}

#[tokio::test]
async fn folders_of_the_workspace_are_rendered() {
    let bench = Bench::new();
    bench.workspace.write("from/${{ values.name }}.sh", b"${{ values.name }}", true).unwrap();
    bench.workspace.write("from/raw/x", b"${{ values.name }}", false).unwrap();
    let input = |source: &str, target: &str| json!({ "sourcePath": source, "targetPath": target, "copyWithoutTemplating": ["raw"], "values": { "name": "shop" } });
    bench.done("workspace:template", input("from", "to/deep")).await;
    let file = json!({ "sourcePath": "from/${{ values.name }}.sh", "targetPath": "one", "values": { "name": "shop" } });
    bench.done("workspace:template:file", file).await;
    bench.done("fs:delete", json!({ "files": ["from"] })).await;
    assert_eq!(
        bench.shown(),
        "one* = shop\nto/\nto/deep/\nto/deep/raw/\nto/deep/raw/x = ${{ values.name }}\nto/deep/shop.sh* = shop"
    );
    for (source, target) in
        [("to", "to"), ("to", "to/in"), ("to/deep", "to"), ("", "x"), ("to", "."), ("to", "./x/..")]
    {
        let told = bench.run("workspace:template", input(source, target)).await.unwrap_err();
        assert!(told.contains("may not be in each other"), "{source} {target}: {told}");
    }
    bench.done("workspace:template", input("to/deep", "to/deeper")).await;
}

#[tokio::test]
async fn what_fails_is_told_with_its_file() {
    let bench = Bench::new().file("s/deep/a.txt", "one\n${{ values.name | shout }}");
    let told = bench.run("fetch:template", template(&json!({}))).await.unwrap_err();
    assert_eq!(told, "deep/a.txt:2:19: There is no filter `shout`.");
    let bench = Bench::new().file("s/${{ values.name.x() }}", "");
    let told = bench.run("fetch:template", template(&json!({}))).await.unwrap_err();
    assert!(told.starts_with("${{ values.name.x() }}:1:"), "{told}");
}
