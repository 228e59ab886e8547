package dev.heimveg.fhir;

import ca.uhn.fhir.jpa.api.config.JpaStorageSettings.ClientIdStrategyEnum;
import ca.uhn.fhir.jpa.api.config.JpaStorageSettings.StoreMetaSourceInformationEnum;
import ca.uhn.fhir.jpa.packages.PackageInstallationSpec;
import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The keys of the hapiproject/hapi image that heimveg sets, with that image's names and defaults, so that one
 * application.yaml configures both. An unknown key stops the start instead of being ignored.
 */
@ConfigurationProperties(prefix = "hapi.fhir", ignoreUnknownFields = false)
public record HapiProperties(
        @DefaultValue("R4") String fhirVersion,
        String serverAddress,
        @DefaultValue("20") int defaultPageSize,
        @DefaultValue("200") int maxPageSize,
        @DefaultValue("true") boolean defaultPrettyPrint,
        @DefaultValue("60000") long reuseCachedSearchResultsMillis,
        @DefaultValue("60") long retainCachedSearchesMins,
        @DefaultValue("ALPHANUMERIC") ClientIdStrategyEnum clientIdStrategy,
        @DefaultValue("NONE") StoreMetaSourceInformationEnum storeMetaSourceInformation,
        @DefaultValue("false") boolean allowExternalReferences,
        @DefaultValue("true") boolean allowOverrideDefaultSearchParams,
        @DefaultValue("false") boolean autoCreatePlaceholderReferenceTargets,
        @DefaultValue("true") boolean enforceReferentialIntegrityOnWrite,
        @DefaultValue("true") boolean enforceReferentialIntegrityOnDelete,
        @DefaultValue("true") boolean expungeEnabled,
        @DefaultValue List<String> logicalUrls,
        @DefaultValue Subscription subscription,
        @DefaultValue Validation validation,
        @DefaultValue Map<String, PackageInstallationSpec> implementationguides) {

    /** Only so that the shared file can say that it is off; this server has no subscriptions. */
    public record Subscription(@DefaultValue("false") boolean resthookEnabled) {
        public Subscription {
            if (resthookEnabled) {
                throw new IllegalArgumentException(
                        "hapi.fhir.subscription.resthook_enabled is not supported here: it halves ingest; "
                                + "use the hub's event feed");
            }
        }
    }

    /** Validation of every request; the hub checks what it sends, so this is for tests of other senders. */
    public record Validation(@DefaultValue("false") boolean requestsEnabled) {}

    public HapiProperties {
        if (!"R4".equals(fhirVersion)) {
            throw new IllegalArgumentException("hapi.fhir.fhir_version must be R4, not " + fhirVersion);
        }
    }
}
