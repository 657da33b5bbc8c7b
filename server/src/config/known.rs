//! Which keys there are, so that a misspelt one is noticed. A key of Backstage that this version has no use
//! for is not a mistake: configurations are shared with an installation of Backstage.

use platform::config::ConfigTree;

/// What this version reads.
const USED: &[&str] = &[
    "app.title",
    "app.baseUrl",
    "organization.name",
    "backend.baseUrl",
    "backend.listen.host",
    "backend.listen.port",
    "backend.database.client",
    "backend.database.connection",
    "backend.auth.dangerouslyDisableDefaultAuthPolicy",
    "auth.providers.guest.userEntityRef",
    "auth.providers.guest.ownershipEntityRefs",
    "auth.providers.guest.dangerouslyAllowOutsideDevelopment",
    "permission.enabled",
    "integrations.github.*.host",
    "integrations.github.*.apiBaseUrl",
    "integrations.github.*.rawBaseUrl",
    "integrations.github.*.token",
    "backend.reading.allow.*.host",
    "backend.reading.allow.*.paths",
    "catalog.locations.*.type",
    "catalog.locations.*.target",
    "catalog.locations.*.rules.*.allow",
    "catalog.rules.*.allow",
    "catalog.rules.*.locations.*.type",
    "catalog.rules.*.locations.*.exact",
    "catalog.rules.*.locations.*.pattern",
    "catalog.orphanStrategy",
    "catalog.processingInterval",
    "catalog.readonly",
];

/// What Backstage and its usual plugins read and this version does not.
const UNUSED: &[&str] = &[
    "app.analytics",
    "app.datadogRum",
    "app.disableConfigInjection",
    "app.disablePublicEntryPoint",
    "app.disableStaticFallbackCache",
    "app.extensions",
    "app.listen",
    "app.packageName",
    "app.packages",
    "app.pluginOverrides",
    "app.routes",
    "app.support",
    "argocd",
    "auth.autologout",
    "auth.backstageTokenExpiration",
    "auth.clientIdMetadataDocuments",
    "auth.environment",
    "auth.experimentalClientIdMetadataDocuments",
    "auth.experimentalDynamicClientRegistration",
    "auth.experimentalExtraAllowedOrigins",
    "auth.experimentalRefreshToken",
    "auth.identityTokenAlgorithm",
    "auth.keyStore",
    "auth.omitIdentityTokenOwnershipClaim",
    "auth.providers.*",
    "auth.session",
    "aws",
    "backend.actions",
    "backend.auditor",
    "backend.auth.externalAccess",
    "backend.auth.keys",
    "backend.auth.pluginKeyStore",
    "backend.cache",
    "backend.cors",
    "backend.csp",
    "backend.database.ensureExists",
    "backend.database.ensureSchemaExists",
    "backend.database.knexConfig",
    "backend.database.plugin",
    "backend.database.pluginDivisionMode",
    "backend.database.prefix",
    "backend.database.role",
    "backend.database.schemaPrefix",
    "backend.database.skipMigrations",
    "backend.health",
    "backend.https",
    "backend.lifecycle",
    "backend.logger",
    "backend.metrics",
    "backend.rateLimit",
    "backend.referrer",
    "backend.server",
    "backend.tracing",
    "backend.trustProxy",
    "backend.workingDirectory",
    "catalog.defaultLocationConflictStrategy",
    "catalog.disableDefaultProcessors",
    "catalog.experimentalPagination",
    "catalog.import",
    "catalog.orphanProviderStrategy",
    "catalog.processorOptions",
    "catalog.processors",
    "catalog.providerOptions",
    "catalog.providers",
    "catalog.scmEvents",
    "catalog.stitchingStrategy",
    "confluence",
    "costInsights",
    "devTools",
    "discovery",
    "dynamicPlugins",
    "enableExperimentalRedirectFlow",
    "events",
    "explore",
    "gitlab",
    "home",
    "homepage",
    "integrations.awsCodeCommit",
    "integrations.awsS3",
    "integrations.azure",
    "integrations.azureBlobStorage",
    "integrations.bitbucket",
    "integrations.bitbucketCloud",
    "integrations.bitbucketServer",
    "integrations.gerrit",
    "integrations.gitea",
    "integrations.github.*.apps",
    "integrations.gitlab",
    "integrations.googleGcs",
    "integrations.harness",
    "jenkins",
    "kubernetes",
    "mcpActions",
    "notifications",
    "pagerDuty",
    "permission.EXPERIMENTAL_enableBatchedRequests",
    "permission.rbac",
    "proxy",
    "scaffolder",
    "search",
    "signals",
    "sonarqube",
    "soundcheck",
    "stackoverflow",
    "techInsights",
    "techRadar",
    "techdocs",
    "vault",
];

/// Warns of each key that neither Portico nor Backstage knows, and says once which of Backstage's are left
/// aside.
pub(super) fn report(tree: &ConfigTree) {
    for unknown in unknown(tree) {
        tracing::warn!("{unknown}");
    }
    let aside = left_aside(tree);
    if !aside.is_empty() {
        tracing::info!("known to Backstage and not used by this version: {}", aside.join(", "));
    }
}

/// Each unknown key, with its place and the key that may be meant.
pub(super) fn unknown(tree: &ConfigTree) -> Vec<String> {
    let known: Vec<&str> = USED.iter().chain(UNUSED).copied().collect();
    tree.unknown_keys(&known).iter().map(ToString::to_string).collect()
}

/// The keys of Backstage that are there and have no effect.
pub(super) fn left_aside(tree: &ConfigTree) -> Vec<&'static str> {
    UNUSED.iter().copied().filter(|key| tree.get(key).is_some()).collect()
}
