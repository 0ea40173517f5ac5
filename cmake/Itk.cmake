# The peer that tests and benchmarks compare registration with. ITK's use file would add its include directories to
# every target of the project; `itk` carries them only to the targets that link it.
find_package(ITK 5.2 REQUIRED COMPONENTS ITKCommon ITKSmoothing ITKPDEDeformableRegistration ITKDisplacementField)
if(NOT TARGET itk)
  set(ITK_NO_IO_FACTORY_REGISTER_MANAGER 1)
  include(${ITK_USE_FILE})
  set_directory_properties(PROPERTIES INCLUDE_DIRECTORIES "" COMPILE_DEFINITIONS "")
  add_library(itk INTERFACE)
  target_include_directories(itk SYSTEM INTERFACE ${ITK_INCLUDE_DIRS})
  # ITK's headers would bring a second Eigen, of another version, into the same namespace.
  target_compile_definitions(itk INTERFACE ITK_USE_SYSTEM_EIGEN)
  target_link_libraries(itk INTERFACE ${ITK_LIBRARIES} Eigen3::Eigen)
endif()
