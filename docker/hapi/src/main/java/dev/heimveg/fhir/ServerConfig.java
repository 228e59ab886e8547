package dev.heimveg.fhir;

import ca.uhn.fhir.batch2.jobs.bulkmodify.reindex.ReindexProvider;
import ca.uhn.fhir.context.support.IValidationSupport;
import ca.uhn.fhir.jpa.api.IDaoRegistry;
import ca.uhn.fhir.jpa.api.config.JpaStorageSettings;
import ca.uhn.fhir.jpa.api.dao.IFhirSystemDao;
import ca.uhn.fhir.jpa.packages.IPackageInstallerSvc;
import ca.uhn.fhir.jpa.provider.DaoRegistryResourceSupportedSvc;
import ca.uhn.fhir.jpa.provider.IJpaSystemProvider;
import ca.uhn.fhir.jpa.provider.JpaCapabilityStatementProvider;
import ca.uhn.fhir.jpa.provider.TerminologyUploaderProvider;
import ca.uhn.fhir.jpa.provider.ValueSetOperationProvider;
import ca.uhn.fhir.jpa.search.DatabaseBackedPagingProvider;
import ca.uhn.fhir.rest.api.IResourceSupportedSvc;
import ca.uhn.fhir.rest.server.HardcodedServerAddressStrategy;
import ca.uhn.fhir.rest.server.RestfulServer;
import ca.uhn.fhir.rest.server.interceptor.RequestValidatingInterceptor;
import ca.uhn.fhir.rest.server.provider.ResourceProviderFactory;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import ca.uhn.fhir.validation.IValidatorModule;
import ca.uhn.fhir.validation.ResultSeverityEnum;
import java.util.List;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The REST endpoint at /fhir, and the packages installed into it at start. */
@Configuration
class ServerConfig {

    @Bean
    RestfulServer restfulServer(
            HapiProperties p,
            IFhirSystemDao<?, ?> dao,
            JpaCapabilityStatement statement,
            IValidatorModule validator,
            ResourceProviderFactory resources,
            IJpaSystemProvider system,
            ValueSetOperationProvider valueSets,
            TerminologyUploaderProvider terminology,
            ReindexProvider reindex,
            DatabaseBackedPagingProvider paging) {
        var server = new RestfulServer(dao.getContext());
        server.registerProviders(resources.createProviders());
        server.registerProviders(system, valueSets, terminology, reindex);
        server.setServerConformanceProvider(statement.of(server));
        server.setPagingProvider(paging);
        server.setDefaultPrettyPrint(p.defaultPrettyPrint());
        if (p.serverAddress() != null) {
            server.setServerAddressStrategy(new HardcodedServerAddressStrategy(p.serverAddress()));
        }
        if (p.validation().requestsEnabled()) {
            server.registerInterceptor(refusingWhatIsInvalid(validator));
        }
        return server;
    }

    private static RequestValidatingInterceptor refusingWhatIsInvalid(IValidatorModule validator) {
        var interceptor = new RequestValidatingInterceptor();
        interceptor.setFailOnSeverity(ResultSeverityEnum.ERROR);
        interceptor.setValidatorModules(List.of(validator));
        return interceptor;
    }

    /** The statement lists the search parameters installed at run time, so it needs the server it describes. */
    @FunctionalInterface
    interface JpaCapabilityStatement {
        JpaCapabilityStatementProvider of(RestfulServer server);
    }

    @Bean
    JpaCapabilityStatement capabilityStatement(
            IFhirSystemDao<?, ?> dao,
            JpaStorageSettings storage,
            ISearchParamRegistry searchParameters,
            IValidationSupport validation) {
        return server -> new JpaCapabilityStatementProvider(server, dao, storage, searchParameters, validation);
    }

    @Bean
    ServletRegistrationBean<RestfulServer> fhirServlet(RestfulServer server) {
        var servlet = new ServletRegistrationBean<>(server, "/fhir/*");
        servlet.setLoadOnStartup(1);
        return servlet;
    }

    @Bean
    IResourceSupportedSvc resourceSupportedSvc(IDaoRegistry daos) {
        return new DaoRegistryResourceSupportedSvc(daos);
    }

    /** Readiness (/actuator/health/readiness) turns UP only after every package is in. */
    @Bean
    ApplicationRunner installPackages(HapiProperties p, IPackageInstallerSvc installer) {
        return args -> p.implementationguides().values().forEach(installer::install);
    }
}
