use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use platform::config::{ConfigTree, Environment};
use platform::database::DatabaseConfig;
use scaffolder::expression::Failures;

use super::{Settings, known};

/// The tree of one file named `app-config.yaml`.
fn tree(text: &str) -> ConfigTree {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("app-config.yaml");
    fs::write(&file, text).unwrap();
    ConfigTree::load(&[file], &BTreeMap::new()).unwrap()
}

fn settings(text: &str) -> Settings {
    Settings::from_tree(&tree(text)).unwrap_or_else(|error| panic!("{text}\n{error}"))
}

/// The error without the folder's name.
fn error(text: &str) -> String {
    let error = Settings::from_tree(&tree(text)).expect_err(text).to_string();
    error[error.find("app-config.yaml").expect("a place")..].to_owned()
}

fn address(settings: &Settings) -> &str {
    match &settings.database.config {
        DatabaseConfig::Postgres(address) => address.expose(),
        other => panic!("not PostgreSQL: {other:?}"),
    }
}

#[test]
fn nothing_has_to_be_configured() {
    let tree = ConfigTree::load(&[], &BTreeMap::new()).unwrap();
    let settings = Settings::from_tree(&tree).unwrap();
    assert_eq!(settings.listen.to_string(), "127.0.0.1:7007");
    assert_eq!(settings.database.place(), "the SQLite file portico-data/portico.sqlite");
    assert!(settings.access.guest);
    assert!(settings.access.check_reach(&settings.listen).is_ok());
    assert_eq!(
        settings.sources(),
        "nothing yet: name files or folders with --catalog, or in catalog.locations"
    );
}

#[test]
fn every_form_of_listen() {
    for (yaml, expected) in [
        ("':7000'", "0.0.0.0:7000"),
        ("7000", "127.0.0.1:7000"),
        ("'7000'", "127.0.0.1:7000"),
        ("{ port: 7000 }", "127.0.0.1:7000"),
        ("{ port: '7000', host: 0.0.0.0 }", "0.0.0.0:7000"),
        ("{ host: '::1' }", "[::1]:7007"),
    ] {
        let settings = settings(&format!("backend:\n  listen: {yaml}\n"));
        assert_eq!(settings.listen.to_string(), expected, "{yaml}");
    }
}

#[test]
fn every_form_of_database() {
    for (yaml, expected) in [
        ("client: better-sqlite3, connection: ':memory:'", "memory (SQLite; gone when Portico stops)"),
        (
            "client: better-sqlite3, connection: { directory: /var/lib/p }",
            "the SQLite file /var/lib/p/portico.sqlite",
        ),
        ("client: better-sqlite3, connection: { filename: a.db }", "the SQLite file a.db"),
        ("connection: { directory: /var/lib/p }", "the SQLite file /var/lib/p/portico.sqlite"),
        ("connection: ':memory:'", "memory (SQLite; gone when Portico stops)"),
        (
            "client: pg, connection: 'postgres://u:secret@db:5433/p?sslmode=require'",
            "PostgreSQL at db:5433/p",
        ),
        ("client: pg, connection: { host: db, user: u, password: secret }", "PostgreSQL at db:5432/portico"),
    ] {
        let settings = settings(&format!("backend:\n  database: {{ {yaml} }}\n"));
        assert_eq!(settings.database.place(), expected, "{yaml}");
        assert!(!format!("{:?}", settings.database).contains("secret"), "{:?}", settings.database);
    }
}

#[test]
fn parts_of_a_connection_are_encoded() {
    for (yaml, expected) in [
        ("{ user: u, password: 'p@ss/w:rd' }", "postgres://u:p%40ss%2Fw%3Ard@localhost:5432/portico"),
        ("{ host: '::1', port: '5433', database: d }", "postgres://postgres@[::1]:5433/d"),
        ("{ ssl: true }", "postgres://postgres@localhost:5432/portico?sslmode=verify-full"),
        (
            "{ ssl: { rejectUnauthorized: false } }",
            "postgres://postgres@localhost:5432/portico?sslmode=require",
        ),
    ] {
        let settings = settings(&format!("backend:\n  database:\n    client: pg\n    connection: {yaml}\n"));
        assert_eq!(address(&settings), expected, "{yaml}");
    }
}

#[test]
fn guest_access_follows_the_providers() {
    for (yaml, guest) in [
        ("{}", true),
        ("auth: {}", true),
        ("auth: { providers: {} }", false),
        ("auth: { providers: { github: {} } }", false),
        ("auth: { providers: { guest: {} } }", true),
        ("auth: { providers: { guest: null } }", false),
        (
            "{ auth: { providers: {} }, backend: { auth: { dangerouslyDisableDefaultAuthPolicy: true } } }",
            true,
        ),
    ] {
        assert_eq!(settings(yaml).access.guest, guest, "{yaml}");
    }
}

/// `auth.providers.oidc` with a block for production, and what else a test needs.
fn provider(more: &str, block: &str) -> String {
    format!(
        "app: {{ baseUrl: 'https://portal.example.com/' }}\nauth:\n  environment: production\n  providers:\n{more}    oidc:\n      \
         production:\n        metadataUrl: https://id.example.com\n        clientId: portal\n        clientSecret: hunter2\n{block}"
    )
}

#[test]
fn a_provider_is_read_for_its_environment() {
    let read = settings(&provider(
        "",
        "        additionalScopes: groups offline_access\n        prompt: login\n        timeout: { seconds: 5 }\n        \
         sessionDuration: { hours: 8 }\n        tokenSignedResponseAlg: ES256\n        startUrlSearchParams: { hd: example.com }\n        \
         signIn: { resolvers: [{ resolver: emailLocalPartMatchingUserEntityName, allowedDomains: [example.com] }] }\n",
    ));
    assert!(!read.access.guest, "guests have to be let in by name");
    let sign_in = &read.access.sign_in;
    assert_eq!((sign_in.base_url.as_str(), sign_in.guest), ("https://portal.example.com", false));
    let config = sign_in.provider.as_ref().unwrap();
    assert_eq!(config.additional_scopes.0, ["groups", "offline_access"]);
    assert_eq!(config.sign_in.as_ref().unwrap().resolvers.len(), 1);
    assert!(!format!("{read:?}").contains("hunter2"), "{read:?}");
    assert_eq!(read.access.to_string(), "people sign in; nobody else may read");
    let beside = settings(&provider("    guest: {}\n", ""));
    assert!(beside.access.guest && beside.access.sign_in.guest);
}

#[test]
fn a_provider_opens_the_portal_to_other_machines_unless_guests_may_read() {
    for (more, allowed) in [
        ("", true),
        ("    guest: {}\n", false),
        ("    guest: { dangerouslyAllowOutsideDevelopment: true }\n", true),
    ] {
        let settings = settings(&(provider(more, "") + "backend: { listen: ':7007' }\n"));
        assert_eq!(settings.access.check_reach(&settings.listen).is_ok(), allowed, "{more}");
    }
}

#[test]
fn a_wrong_provider_names_its_place() {
    let wrong = [
        provider("", "        tokenEndpointAuthMethod: private_key_jwt\n"),
        provider("", "        tokenSignedResponseAlg: HS256\n"),
        provider("", "        callbackUrl: portal.example.com\n"),
        provider("", "        sessionDuration: { seconds: 5 }\n"),
        provider("", "        timeout: soon\n"),
        provider("", "        additionalScopes: 7\n"),
        provider("", "        startUrlSearchParams: { nonce: x }\n"),
        provider("", "        signIn: { resolvers: [] }\n"),
        provider("", "        signIn: { resolvers: [{ resolver: byLuck }] }\n"),
        provider(
            "",
            "        signIn:\n          resolvers:\n            - resolver: emailMatchingUserEntityProfileEmail\n              allowedDomains: ['@example.com']\n",
        ),
        provider("", "").replace("https://id.example.com", "id.example.com"),
        provider("", "").replace("clientSecret: hunter2", "clientSecret: ''"),
        provider("", "").replace("        clientId: portal\n", ""),
        provider("", "").replace("environment: production", "environment: test"),
        provider("", "").replace("app: { baseUrl: 'https://portal.example.com/' }\n", ""),
        "auth: { providers: { oidc: [] } }\n".to_owned(),
    ];
    let text: String =
        wrong.iter().map(|yaml| error(yaml).lines().next().unwrap().to_owned() + "\n").collect();
    assert!(!text.contains("hunter2"), "{text}");
    insta::assert_snapshot!(text, @r#"
    app-config.yaml:10:34: auth.providers.oidc.production.tokenEndpointAuthMethod: found "private_key_jwt", expected one of: client_secret_basic, client_secret_post
    app-config.yaml:10:33: auth.providers.oidc.production.tokenSignedResponseAlg: found "HS256", expected one of: RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, EdDSA
    app-config.yaml:10:22: auth.providers.oidc.production.callbackUrl: found "portal.example.com", expected an address that starts with https:// (or http://), without a query
    app-config.yaml:10:26: auth.providers.oidc.production.sessionDuration: found an object, expected a minute or more
    app-config.yaml:10:18: auth.providers.oidc.production.timeout: found "soon", expected a duration: an object such as { minutes: 5 }, an ISO 8601 text such as PT5M, or a text such as 5m
    app-config.yaml:10:27: auth.providers.oidc.production.additionalScopes: found 7, expected a list of scopes, or a text with spaces between them
    app-config.yaml:10:40: auth.providers.oidc.production.startUrlSearchParams.nonce: found "x", expected nothing: the sign-in sets it itself
    app-config.yaml:10:30: auth.providers.oidc.production.signIn.resolvers: found a list of 0, expected a resolver or more; leave signIn out to have the default
    app-config.yaml:10:43: auth.providers.oidc.production.signIn.resolvers[0].resolver: found "byLuck", expected one of: preferredUsernameMatchingUserEntityName, emailMatchingUserEntityProfileEmail, emailLocalPartMatchingUserEntityName
    app-config.yaml:13:31: auth.providers.oidc.production.signIn.resolvers[0].allowedDomains: found a list of 1, expected domains such as example.com, without @
    app-config.yaml:7:22: auth.providers.oidc.production.metadataUrl: found "id.example.com", expected an address that starts with https:// (or http://), without a query
    app-config.yaml:9:23: auth.providers.oidc.production.clientSecret: found ******, expected the secret that the provider gave to the portal
    app-config.yaml:7:9: auth.providers.oidc.production.clientId: this key is missing, and has no default
    app-config.yaml:6:7: auth.providers.oidc: found an object, expected an object named test, as auth.environment says; there is: production
    app-config.yaml:6:9: auth.providers.oidc.production: found an object, expected backend.baseUrl or app.baseUrl in this configuration as well: the address of the portal, to which the provider sends people back
    app-config.yaml:1:28: auth.providers.oidc: found a list of 0, expected an object with one block for each environment
    "#);
}

#[test]
fn other_machines_need_a_decision() {
    let open = "backend: { listen: ':7007' }\n";
    for (more, allowed) in [
        ("", false),
        ("auth: { providers: { guest: {} } }", false),
        ("auth: { providers: { github: {} } }", false),
        ("auth: { providers: { guest: { dangerouslyAllowOutsideDevelopment: true } } }", true),
    ] {
        let settings = settings(&format!("{open}{more}"));
        assert_eq!(settings.access.check_reach(&settings.listen).is_ok(), allowed, "{more}");
    }
    let switched_off =
        settings("backend: { listen: ':7007', auth: { dangerouslyDisableDefaultAuthPolicy: true } }");
    assert!(switched_off.access.check_reach(&switched_off.listen).is_ok());
}

#[test]
fn intervals() {
    for (yaml, seconds) in [
        ("{}", Some(120)),
        ("{ processingInterval: false }", None),
        ("{ processingInterval: { minutes: 5 } }", Some(300)),
    ] {
        let settings = settings(&format!("catalog: {yaml}"));
        assert_eq!(settings.catalog.interval.map(|interval| interval.as_secs()), seconds, "{yaml}");
    }
}

#[test]
fn a_wrong_value_names_its_place() {
    let wrong = [
        "backend:\n  listen: portal.example.com\n",
        "backend:\n  listen:\n    port: 70000\n",
        "backend:\n  database:\n    client: mysql2\n    connection: x\n",
        "backend:\n  database:\n    client: pg\n    connection: 7\n",
        "permission:\n  enabled: perhaps\n",
        "app:\n  baseUrl: portal.example.com\n",
        "auth:\n  providers:\n    guest: yes\n",
        "auth:\n  providers:\n    guest:\n      userEntityRef: someone\n",
        "catalog:\n  orphanStrategy: bury\n",
        "catalog:\n  locations:\n    - type: file\n",
        "catalog:\n  processingInterval: often\n",
        "catalog:\n  processingInterval: { milliseconds: 1 }\n",
        "catalog:\n  rules:\n    - allow: [User]\n      locations:\n        - type: file\n        - exact: /a\n          pattern: /b\n",
        "catalog:\n  rules:\n    - allow: [User]\n      locations: [{ pattern: '/a[' }]\n",
        "app:\n  title: ''\n",
        "app:\n  title: '  '\n",
        "organization:\n  name: \"\"\n",
    ];
    let text: String = wrong.iter().map(|yaml| error(yaml) + "\n").collect();
    insta::assert_snapshot!(text, @r#"
    app-config.yaml:2:11: backend.listen: found "portal.example.com", expected `host:port`, `:port` or `port`, with a port from 0 to 65535
        2 |   listen: portal.example.com
          |           ^
    app-config.yaml:3:11: backend.listen.port: found 70000, expected a whole number from 0 to 65535
        3 |     port: 70000
          |           ^
    app-config.yaml:3:13: backend.database.client: found "mysql2", expected `better-sqlite3` (SQLite, in a file or in memory) or `pg` (PostgreSQL)
        3 |     client: mysql2
          |             ^
    app-config.yaml:4:17: backend.database.connection: found 7, expected an address such as postgres://user:password@host/database, or an object with host, port, user, password, database and ssl
        4 |     connection: 7
          |                 ^
    app-config.yaml:2:12: permission.enabled: found "perhaps", expected true or false
        2 |   enabled: perhaps
          |            ^
    app-config.yaml:2:12: app.baseUrl: found "portal.example.com", expected an address that starts with http:// or https://
        2 |   baseUrl: portal.example.com
          |            ^
    app-config.yaml:3:12: auth.providers.guest: found "yes", expected an object, which may be empty: guest: {}
        3 |     guest: yes
          |            ^
    app-config.yaml:4:22: auth.providers.guest.userEntityRef: found "someone", expected an entity reference such as user:default/guest
        4 |       userEntityRef: someone
          |                      ^
    app-config.yaml:2:19: catalog.orphanStrategy: found "bury", expected one of: delete, keep
        2 |   orphanStrategy: bury
          |                   ^
    app-config.yaml:3:7: catalog.locations[0].target: this key is missing, and has no default
        3 |     - type: file
          |       ^
    app-config.yaml:2:23: catalog.processingInterval: found "often", expected a duration: an object such as { minutes: 5 }, an ISO 8601 text such as PT5M, or a text such as 5m
        2 |   processingInterval: often
          |                       ^
    app-config.yaml:2:23: catalog.processingInterval: found an object, expected a second or more, or false
        2 |   processingInterval: { milliseconds: 1 }
          |                       ^
    app-config.yaml:7:20: catalog.rules[0].locations[1].pattern: found "/b", expected nothing beside `exact`: keep one of the two
        7 |           pattern: /b
          |                    ^
    app-config.yaml:4:30: catalog.rules[0].locations[0].pattern: found "/a[", expected a glob such as ./repos/**; here: unclosed character class; missing ']'
        4 |       locations: [{ pattern: '/a[' }]
          |                              ^
    app-config.yaml:2:10: app.title: found "", expected a text that is not empty; leave the key out to have the default
        2 |   title: ''
          |          ^
    app-config.yaml:2:10: app.title: found "  ", expected a text that is not empty; leave the key out to have the default
        2 |   title: '  '
          |          ^
    app-config.yaml:2:9: organization.name: found "", expected a text that is not empty; leave the key out to have the default
        2 |   name: ""
          |         ^
    "#);
}

#[test]
fn a_section_is_an_object_or_nothing() {
    for section in [
        "app",
        "organization",
        "backend",
        "backend.database",
        "backend.auth",
        "auth",
        "auth.providers",
        "permission",
        "catalog",
    ] {
        let (last, above) =
            section.rsplit_once('.').map_or((section, None), |(above, last)| (last, Some(above)));
        for wrong in ["5", "text", "[]", "true"] {
            let text = match above {
                None => format!("{last}: {wrong}\n"),
                Some(above) => format!("{above}:\n  {last}: {wrong}\n"),
            };
            let error = error(&text);
            let place = if above.is_none() { "app-config.yaml:1:" } else { "app-config.yaml:2:" };
            assert!(
                error.starts_with(place) && error.contains(&format!("{section}: found")),
                "{text}{error}"
            );
            assert!(error.contains("expected an object"), "{text}{error}");
        }
        for absent in ["null", "{}"] {
            settings(&match above {
                None => format!("{last}: {absent}\n"),
                Some(above) => format!("{above}:\n  {last}: {absent}\n"),
            });
        }
    }
}

#[test]
fn misspelt_keys_are_noticed_and_those_of_backstage_are_not() {
    let tree = tree(
        "app: { tilte: x }\nbackend: { cors: {}, databse: {} }\n\
         auth: { providers: { gest: {}, okta: {}, oidc: { test: { clientID: x, signIn: { resolvers: [{ resolvr: x }] } } } } }\n\
         catalog: { locations: [{ type: file, target: a, rule: [] }] }\ntechdocs: {}\n",
    );
    let unknown: Vec<String> =
        known::unknown(&tree).iter().map(|key| key[key.find("app-config").unwrap()..].to_owned()).collect();
    insta::assert_snapshot!(unknown.join("\n"), @"
    app-config.yaml:1:15: unknown key app.tilte; did you mean title?
    app-config.yaml:2:31: unknown key backend.databse; did you mean database?
    app-config.yaml:3:28: unknown key auth.providers.gest; did you mean guest?
    app-config.yaml:3:68: unknown key auth.providers.oidc.test.clientID; did you mean clientId?
    app-config.yaml:3:104: unknown key auth.providers.oidc.test.signIn.resolvers[0].resolvr; did you mean resolver?
    app-config.yaml:4:55: unknown key catalog.locations[0].rule; did you mean rules?
    ");
    assert_eq!(known::left_aside(&tree), ["auth.providers.okta", "backend.cors", "techdocs"]);
}

/// Configurations of real installations, from the folder beside the checkout when it is there.
#[test]
fn configurations_of_backstage_are_understood() {
    let examples = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/backstage/examples");
    let variables =
        ["POSTGRES_HOST", "POSTGRES_USER", "POSTGRES_PASSWORD"].map(|name| (name.to_owned(), "x".to_owned()));
    let environment: Environment =
        variables.into_iter().chain([("POSTGRES_PORT".to_owned(), "5432".to_owned())]).collect();
    for file in ["create-app/app-config.production.yaml", "demo/app-config.yaml"] {
        let path = examples.join(file);
        if !path.is_file() {
            continue;
        }
        let tree = ConfigTree::load(&[path], &environment).unwrap_or_else(|error| panic!("{error}"));
        let settings = Settings::from_tree(&tree).unwrap_or_else(|error| panic!("{error}"));
        assert!(settings.access.guest, "{file}");
        assert!(!settings.catalog.config.locations.is_empty(), "{file}");
        // One key is a plugin's of that installation alone.
        let unknown: Vec<String> =
            known::unknown(&tree).into_iter().filter(|key| !key.contains("notificationsTester")).collect();
        assert!(unknown.is_empty(), "{file}: {unknown:?}");
    }
}

#[test]
fn what_steps_may_ask_and_own_actions_are_read() {
    let text = "portico:\n  scaffolder:\n    lenientExpressions: true\n    httpRequest:\n      allow:\n        - { host: 'accounts.example.com:8443', paths: [/v1/] }\n        - host: '*.example.org'\n    actions:\n      documents: [./actions]\n      secrets: { accounts: hunter2 }\n";
    let read = settings(text);
    let hosts: Vec<_> = read.catalog.network.requests.iter().map(|allow| allow.host.as_str()).collect();
    assert_eq!(hosts, ["accounts.example.com:8443", "*.example.org"]);
    let default = settings("portico: {}\n").scaffolder.options.failures;
    assert_eq!((default, read.scaffolder.options.failures), (Failures::Errors, Failures::SourceText));
    let told = error("portico:\n  scaffolder:\n    lenientExpressions: maybe\n");
    assert!(told.starts_with("app-config.yaml:3:25"), "{told}");
    let actions = &read.scaffolder.actions;
    assert!(actions.documents[0].is_absolute() && actions.documents[0].ends_with("actions"));
    assert_eq!(actions.secrets["accounts"].expose(), "hunter2");
    assert_eq!(known::unknown(&tree(text)), Vec::<String>::new());
    let printed = tree(text).entries();
    let printed = |key: &str| printed.iter().find(|entry| entry.key == key).map(|entry| entry.value.clone());
    assert_eq!(
        printed("portico.scaffolder.httpRequest.allow[0].host").as_deref(),
        Some("\"accounts.example.com:8443\"")
    );
    assert_eq!(printed("portico.scaffolder.actions.secrets.accounts").as_deref(), Some("******"));
    for host in
        ["https://example.com", "example.com/v1", "*", "*example.com", "*.example.com:8443", "a b", ""]
    {
        let told = error(&format!(
            "portico:\n  scaffolder:\n    httpRequest:\n      allow:\n        - host: '{host}'\n"
        ));
        assert!(told.starts_with("app-config.yaml:5:"), "{host}: {told}");
        assert!(told.contains("a host such as accounts.example.com"), "{host}: {told}");
    }
}

#[test]
fn hosts_of_gitlab_are_read() {
    let text = "integrations:\n  gitlab:\n    - host: gitlab.example.com:8443\n      token: hunter2\n      baseUrl: https://gitlab.example.com:8443/git\n      apiBaseUrl: https://api.example.com/v4\n    - host: gitlab.com\n      commitSigningKey: hunter2\n";
    let read = settings(text);
    let hosts: Vec<_> = read.catalog.network.gitlab.iter().map(|gitlab| gitlab.host.as_str()).collect();
    assert_eq!(hosts, ["gitlab.example.com:8443", "gitlab.com"]);
    assert_eq!(
        read.catalog.network.gitlab[0].token.as_ref().map(|token| token.expose().as_str()),
        Some("hunter2")
    );
    assert_eq!(known::unknown(&tree(text)), Vec::<String>::new());
    let printed = tree(text).entries();
    let token = printed.iter().find(|entry| entry.key == "integrations.gitlab[0].token");
    assert_eq!(token.map(|entry| entry.value.as_str()), Some("******"));
    for name in ["baseUrl", "apiBaseUrl"] {
        let told =
            error(&format!("integrations:\n  gitlab:\n    - host: x\n      {name}: gitlab.example.com\n"));
        assert!(told.starts_with("app-config.yaml:4:"), "{told}");
        assert!(told.contains("an address that starts with http:// or https://"), "{told}");
    }
}
