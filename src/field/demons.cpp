#include "cmrt1/field/demons.h"

// GCC 12 misreads the unrolled loops of itk::Size as running past two dimensions.
#pragma GCC diagnostic ignored "-Warray-bounds"
#include <itkDiffeomorphicDemonsRegistrationFilter.h>
#include <itkImage.h>
#include <itkMultiThreaderBase.h>

#include <algorithm>
#include <mutex>

namespace cmrt1 {
namespace {

using ItkImage = itk::Image<float, 2>;
using ItkField = itk::Image<itk::Vector<float, 2>, 2>;
using Demons = itk::DiffeomorphicDemonsRegistrationFilter<ItkImage, ItkImage, ItkField>;

template <typename Image>
typename Image::Pointer allocate(Eigen::Index rows, Eigen::Index columns) {
  auto image = Image::New();
  typename Image::SizeType size;
  size[0] = static_cast<itk::SizeValueType>(columns);
  size[1] = static_cast<itk::SizeValueType>(rows);
  image->SetRegions(typename Image::RegionType(size));
  image->Allocate();
  return image;
}

ItkImage::Pointer to_itk(const Pixels& pixels) {
  auto image = allocate<ItkImage>(pixels.rows(), pixels.cols());
  std::copy_n(pixels.data(), pixels.size(), image->GetBufferPointer());
  return image;
}

/// Images are registered in parallel, one a thread; ITK's own threads would only compete with them.
void keep_itk_on_calling_thread() {
  static std::once_flag once;
  std::call_once(once, [] { itk::MultiThreaderBase::SetGlobalDefaultNumberOfThreads(1); });
}

ItkField::Pointer to_itk(const DisplacementField& field) {
  auto image = allocate<ItkField>(field.x.rows(), field.x.cols());
  for (Eigen::Index i = 0; i < field.x.size(); ++i) {
    image->GetBufferPointer()[i][0] = field.x.data()[i];
    image->GetBufferPointer()[i][1] = field.y.data()[i];
  }
  return image;
}

DisplacementField from_itk(const ItkField& image, Eigen::Index rows, Eigen::Index columns) {
  DisplacementField field{Pixels(rows, columns), Pixels(rows, columns)};
  for (Eigen::Index i = 0; i < field.x.size(); ++i) {
    field.x.data()[i] = image.GetBufferPointer()[i][0];
    field.y.data()[i] = image.GetBufferPointer()[i][1];
  }
  return field;
}

}  // namespace

DisplacementField register_demons(const Pixels& fixed, const Pixels& moving, const DisplacementField& start,
                                  const DemonsOptions& options) {
  keep_itk_on_calling_thread();
  auto demons = Demons::New();
  demons->SetFixedImage(to_itk(fixed));
  demons->SetMovingImage(to_itk(moving));
  demons->SetInitialDisplacementField(to_itk(start));
  demons->SetNumberOfIterations(static_cast<itk::IdentifierType>(options.iterations));
  demons->SetMaximumUpdateStepLength(options.max_step_px);
  demons->SetIntensityDifferenceThreshold(options.threshold);
  demons->SetSmoothDisplacementField(options.field_smoothing_px > 0);
  demons->SetStandardDeviations(options.field_smoothing_px);
  demons->SetSmoothUpdateField(options.update_smoothing_px > 0);
  demons->SetUpdateFieldStandardDeviations(options.update_smoothing_px);
  demons->Update();
  return from_itk(*demons->GetOutput(), fixed.rows(), fixed.cols());
}

}  // namespace cmrt1
