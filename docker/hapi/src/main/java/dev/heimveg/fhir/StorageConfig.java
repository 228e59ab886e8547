package dev.heimveg.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.jpa.api.config.JpaStorageSettings;
import ca.uhn.fhir.jpa.api.dao.IFhirSystemDao;
import ca.uhn.fhir.jpa.config.util.HapiEntityManagerFactoryUtil;
import ca.uhn.fhir.jpa.config.util.ResourceCountCacheUtil;
import ca.uhn.fhir.jpa.model.config.PartitionSettings;
import ca.uhn.fhir.jpa.model.config.SubscriptionSettings;
import ca.uhn.fhir.jpa.search.DatabaseBackedPagingProvider;
import ca.uhn.fhir.jpa.search.IStaleSearchDeletingSvc;
import ca.uhn.fhir.jpa.search.StaleSearchDeletingSvcImpl;
import ca.uhn.fhir.jpa.subscription.match.deliver.email.IEmailSender;
import ca.uhn.fhir.jpa.util.ResourceCountCache;
import jakarta.persistence.EntityManagerFactory;
import java.time.Duration;
import java.util.HashSet;
import javax.sql.DataSource;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.orm.jpa.JpaProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.orm.jpa.LocalContainerEntityManagerFactoryBean;

/** What HAPI's storage layer asks its host application for: settings, entity manager, transactions, paging. */
@Configuration
class StorageConfig {

    @Bean
    JpaStorageSettings storageSettings(HapiProperties p) {
        var settings = new JpaStorageSettings();
        // Zero means: never answer a search from an earlier one's result. HAPI spells that null.
        settings.setReuseCachedSearchResultsForMillis(
                p.reuseCachedSearchResultsMillis() > 0 ? p.reuseCachedSearchResultsMillis() : null);
        settings.setExpireSearchResultsAfterMillis(Duration.ofMinutes(p.retainCachedSearchesMins()).toMillis());
        settings.setFetchSizeDefaultMaximum(p.maxPageSize());
        settings.setResourceClientIdStrategy(p.clientIdStrategy());
        settings.setStoreMetaSourceInformation(p.storeMetaSourceInformation());
        settings.setAllowExternalReferences(p.allowExternalReferences());
        settings.setDefaultSearchParamsCanBeOverridden(p.allowOverrideDefaultSearchParams());
        settings.setAutoCreatePlaceholderReferenceTargets(p.autoCreatePlaceholderReferenceTargets());
        settings.setEnforceReferentialIntegrityOnWrite(p.enforceReferentialIntegrityOnWrite());
        settings.setEnforceReferentialIntegrityOnDelete(p.enforceReferentialIntegrityOnDelete());
        settings.setExpungeEnabled(p.expungeEnabled());
        settings.setTreatReferencesAsLogical(new HashSet<>(p.logicalUrls()));
        return settings;
    }

    @Bean
    SubscriptionSettings subscriptionSettings() {
        return new SubscriptionSettings();
    }

    /** HAPI insists on one even where no e-mail channel is enabled. */
    @Bean
    IEmailSender emailSender() {
        return email -> {
            throw new UnsupportedOperationException("e-mail subscriptions are not enabled");
        };
    }

    @Bean
    PartitionSettings partitionSettings() {
        return new PartitionSettings();
    }

    @Bean
    LocalContainerEntityManagerFactoryBean entityManagerFactory(
            ConfigurableListableBeanFactory beans,
            FhirContext context,
            JpaStorageSettings storage,
            JpaProperties jpa,
            DataSource dataSource) {
        var factory = HapiEntityManagerFactoryUtil.newEntityManagerFactory(beans, context, storage);
        factory.setPersistenceUnitName("HAPI_PU");
        factory.setJpaPropertyMap(jpa.getProperties());
        factory.setDataSource(dataSource);
        return factory;
    }

    @Bean
    JpaTransactionManager transactionManager(EntityManagerFactory factory) {
        return new JpaTransactionManager(factory);
    }

    @Bean
    DatabaseBackedPagingProvider pagingProvider(HapiProperties p) {
        var paging = new DatabaseBackedPagingProvider();
        paging.setDefaultPageSize(p.defaultPageSize());
        paging.setMaximumPageSize(p.maxPageSize());
        return paging;
    }

    @Bean
    IStaleSearchDeletingSvc staleSearchDeletingSvc() {
        return new StaleSearchDeletingSvcImpl();
    }

    @Bean("myResourceCountsCache")
    ResourceCountCache resourceCountsCache(IFhirSystemDao<?, ?> dao) {
        return ResourceCountCacheUtil.newResourceCountCache(dao);
    }
}
