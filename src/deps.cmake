# The two third-party sources, fetched at build time and never committed: cJSON and Mbed TLS (of it
# SHA-256 and p256-m, the curve).
#
# Both come as Debian source packages through the machine's own apt archive, so no host name is
# written here. Lists, cache and unpacked source stay in SUANPAN_DEPS_DIR, which every build folder
# shares: the system's apt configuration is untouched and no root is needed.
#
# Two locks hold. The .dsc of a pin is known by its SHA-256 (it names the hashes of its tarballs and
# dpkg-source checks them), and each .c file that is really compiled must be one of the files that
# were tested here, wherever the source came from.
#
# When the archive has moved on and no pin is left in it, the version it now offers (authenticated
# by apt) is taken, provided that the compiled files are still among the tested ones.

set(SUANPAN_DEPS_DIR "${CMAKE_CURRENT_SOURCE_DIR}/build/deps"
    CACHE PATH "Where fetched sources are kept, shared by all build folders")
set(SUANPAN_CJSON_SOURCE_DIR "" CACHE PATH "cJSON source to use instead of Debian's")
set(SUANPAN_MBEDTLS_SOURCE_DIR "" CACHE PATH "Mbed TLS 3.6 source to use instead of Debian's")

# A pin is "suite version sha256-of-the-dsc"; the first one that the archive still offers is taken.
set(cjson_pins
    "bookworm 1.7.15-1+deb12u4 764c2de141d680f4fb4cada30c526dacaa30ead061b9b9c34f2b81e2df0f8439"
    "trixie 1.7.18-3.1+deb13u1 57b560dc195f857987986588ba2eb05f5f30d409c8dc715decfb582d5e56ecbf")
set(mbedtls_pins
    "trixie 3.6.6-0.1~deb13u1 eb9ed1adbbddcb0d00276fac6fcee0056c64ce01481c2522a16dca75792eb5eb")

# The compiled files, each with the hashes of the versions that pass our tests.
set(cjson_files cJSON.c cJSON.h)
set(cjson_hashes_cJSON.c
    5c5ab83a24eecfebc25b6aa4d47dbdb5f23d1baec92de75fec5f0528dbe255a7  # 1.7.15-1+deb12u4
    21f8074f6527bf971d2b6217eca5900e215be4b479e63422c68c83bc8b06b038) # 1.7.18-3.1+deb13u1
set(cjson_hashes_cJSON.h
    c25b54ebc98e814eb7b3eeaf12ce899806f87ff5a275b20a3b77dbb3968e5d0b
    0578cc29132912edbc88f83207a8fc76e5db3db0605497e909a9384ef3cc474b)
set(mbedtls_files library/sha256.c library/platform_util.c 3rdparty/p256-m/p256-m/p256-m.c)
set(mbedtls_hashes_library/sha256.c
    632672d0c954d8bc0e20fdc8370c9f1725f3ffc5fcdaacc14949e42a1b5424d7) # 3.6.6 and 3.6.7
set(mbedtls_hashes_library/platform_util.c
    83051fddcd37171831ff5706613dc3d336b2e53c42e6515f2f14ac0f8aa649f1)
set(mbedtls_hashes_3rdparty/p256-m/p256-m/p256-m.c
    f546b6e993e268dd2fa464c68b740f708498d480c1f74aa1bbda518d1f7bb770)

# Sets <out> to the main Debian archive that this machine's apt uses. The security archive has a
# label of its own, so the label tells the two apart.
function(suanpan_debian_archive out)
  find_program(SUANPAN_APT_GET apt-get)
  find_program(SUANPAN_DPKG_SOURCE dpkg-source)
  mark_as_advanced(SUANPAN_APT_GET SUANPAN_DPKG_SOURCE)
  set(archive "")
  if(SUANPAN_APT_GET AND SUANPAN_DPKG_SOURCE)
    execute_process(
      COMMAND ${SUANPAN_APT_GET} indextargets --format "$(LABEL) $(REPO_URI)"
              "Created-By: Packages"
      OUTPUT_VARIABLE targets ERROR_QUIET)
    if(targets MATCHES "(^|\n)Debian ([^ \n]+)")
      set(archive "${CMAKE_MATCH_2}")
    endif()
  endif()
  set(${out} "${archive}" PARENT_SCOPE)
endfunction()

# Downloads <name>=<version> (or the newest when version is empty) of one suite into <dir>.
# Sets <out> to the path of the .dsc, or to an empty string when the archive does not have it.
function(suanpan_apt_download archive name suite version dir out)
  set(apt_dir "${SUANPAN_DEPS_DIR}/apt/${suite}")
  set(apt ${SUANPAN_APT_GET} -q
      -o Dir::Etc::sourcelist=${apt_dir}/archive.sources -o Dir::Etc::sourceparts=/dev/null
      -o Dir::State::lists=${apt_dir}/lists -o Dir::Cache=${apt_dir}/cache
      -o APT::Sandbox::User=)
  if(NOT EXISTS "${apt_dir}/updated")
    file(MAKE_DIRECTORY "${apt_dir}/lists/partial" "${apt_dir}/cache/archives/partial")
    file(WRITE "${apt_dir}/archive.sources"
      "Types: deb-src\nURIs: ${archive}\nSuites: ${suite}\nComponents: main\n"
      "Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg\n")
    execute_process(COMMAND ${apt} update
                    OUTPUT_QUIET ERROR_VARIABLE problem RESULT_VARIABLE failed)
    if(failed)
      message(FATAL_ERROR "apt could not read the list of sources of ${suite}:\n${problem}")
    endif()
    file(TOUCH "${apt_dir}/updated")
  endif()
  set(wanted ${name})
  if(version)
    set(wanted "${name}=${version}")
  endif()
  file(REMOVE_RECURSE "${dir}")
  file(MAKE_DIRECTORY "${dir}")
  execute_process(COMMAND ${apt} source --download-only ${wanted}
                  WORKING_DIRECTORY "${dir}" OUTPUT_QUIET ERROR_QUIET RESULT_VARIABLE failed)
  file(GLOB dsc "${dir}/${name}_*.dsc")
  if(failed OR NOT dsc)
    set(dsc "")
  endif()
  set(${out} "${dsc}" PARENT_SCOPE)
endfunction()

# Fetches one package into SUANPAN_DEPS_DIR/<name>, once.
function(suanpan_fetch name)
  set(source_dir "${SUANPAN_DEPS_DIR}/${name}")
  if(EXISTS "${source_dir}")
    return()
  endif()
  string(TOUPPER "${name}" upper)
  set(by_hand "give the path of an unpacked source with -DSUANPAN_${upper}_SOURCE_DIR=")
  suanpan_debian_archive(archive)
  if(NOT archive)
    message(FATAL_ERROR "${name}: no Debian archive to fetch the source from. On Debian install"
      " dpkg-dev and debian-archive-keyring and run `apt-get update` once; elsewhere ${by_hand}")
  endif()
  set(download_dir "${SUANPAN_DEPS_DIR}/download/${name}")
  set(dsc "")
  foreach(pin IN LISTS ${name}_pins)
    string(REPLACE " " ";" pin "${pin}")
    list(GET pin 0 suite)
    list(GET pin 1 version)
    list(GET pin 2 expected)
    message(STATUS "Fetching ${name} ${version} (Debian ${suite})")
    suanpan_apt_download("${archive}" ${name} ${suite} "${version}" "${download_dir}" dsc)
    if(dsc)
      file(SHA256 "${dsc}" found)
      if(NOT found STREQUAL expected)
        message(FATAL_ERROR "${name} ${version}: the SHA-256 of its .dsc is\n  ${found}, not\n"
          "  ${expected}. This is not the pinned source; nothing was unpacked.")
      endif()
      break()
    endif()
  endforeach()
  if(NOT dsc)
    message(STATUS "No pinned version of ${name} is left; taking what Debian ${suite} offers now")
    suanpan_apt_download("${archive}" ${name} ${suite} "" "${download_dir}" dsc)
  endif()
  if(NOT dsc)
    message(FATAL_ERROR "${name}: the Debian archive has no source of it; ${by_hand}")
  endif()
  # Unpacked beside its final place and renamed, so that an interrupted run leaves no half.
  file(REMOVE_RECURSE "${source_dir}.part")
  execute_process(COMMAND ${SUANPAN_DPKG_SOURCE} --no-copy -x "${dsc}" "${source_dir}.part"
                  OUTPUT_QUIET ERROR_VARIABLE problem RESULT_VARIABLE failed)
  if(failed)
    message(FATAL_ERROR "${name}: dpkg-source refused ${dsc}:\n${problem}")
  endif()
  file(RENAME "${source_dir}.part" "${source_dir}")
endfunction()

# Sets <out> to the folder of a source whose compiled files are all known.
function(suanpan_source name out)
  string(TOUPPER "${name}" upper)
  set(source_dir "${SUANPAN_${upper}_SOURCE_DIR}")
  if(NOT source_dir)
    suanpan_fetch(${name})
    set(source_dir "${SUANPAN_DEPS_DIR}/${name}")
  endif()
  foreach(path IN LISTS ${name}_files)
    if(NOT EXISTS "${source_dir}/${path}")
      message(FATAL_ERROR "${name}: ${source_dir} has no ${path}")
    endif()
    file(SHA256 "${source_dir}/${path}" found)
    if(NOT found IN_LIST ${name}_hashes_${path})
      list(JOIN ${name}_hashes_${path} "\n  " accepted)
      message(FATAL_ERROR "${name}: ${path} has SHA-256\n  ${found}\nand is none of the tested:\n"
        "  ${accepted}\nAdd it to src/deps.cmake only after the whole test run passes with it.")
    endif()
  endforeach()
  set(${out} "${source_dir}" PARENT_SCOPE)
endfunction()

# Other builds may run beside this one; the second waits for the first to finish fetching.
file(MAKE_DIRECTORY "${SUANPAN_DEPS_DIR}")
file(LOCK "${SUANPAN_DEPS_DIR}/lock" TIMEOUT 600)
suanpan_source(cjson SUANPAN_CJSON_DIR)
suanpan_source(mbedtls SUANPAN_MBEDTLS_DIR)
file(LOCK "${SUANPAN_DEPS_DIR}/lock" RELEASE)
